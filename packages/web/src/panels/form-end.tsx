import type { ReactNode } from 'react';
import { Button } from './button';

interface FormEndProps {
  /** What the button does. */
  label: string;
  /** What is said once it is done. */
  done: ReactNode;
  change: { isPending: boolean; isSuccess: boolean };
}

/** The button that sends a form, and beside it that this went well. */
export function FormEnd({ label, done, change }: FormEndProps) {
  return (
    <div className="form-end">
      <Button look="primary" type="submit" isBusy={change.isPending}>
        {label}
      </Button>
      <span role="status">{change.isSuccess && done}</span>
    </div>
  );
}
