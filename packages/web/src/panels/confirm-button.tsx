import { useState } from 'react';
import { useCopy } from '../appearance/appearance';
import { Button } from './button';

interface ConfirmButtonProps {
  label: string;
  /** Says on what the button works, where several of one name stand in a table. */
  ariaLabel?: string;
  question: string;
  confirm: string;
  isPending?: boolean;
  onConfirm: () => void;
}

/** For what cannot be taken back: asks in its place before it is done. */
export function ConfirmButton({ label, ariaLabel, question, confirm, isPending, onConfirm }: ConfirmButtonProps) {
  const copy = useCopy();
  const [step, setStep] = useState<'fresh' | 'asked' | 'back'>('fresh');
  if (step === 'asked') {
    return (
      // biome-ignore lint/a11y/useSemanticElements: a fieldset brings the looks of a form
      <span className="confirm" role="group" aria-label={question}>
        <span>{question}</span>
        <Button
          isDanger
          look="primary"
          isSmall
          onClick={() => {
            setStep('back');
            onConfirm();
          }}
        >
          {confirm}
        </Button>
        <Button isSmall autoFocus onClick={() => setStep('back')}>
          {copy.confirm.cancel}
        </Button>
      </span>
    );
  }
  return (
    <Button
      isDanger
      isSmall
      aria-label={ariaLabel}
      // The focus was on the question, which is gone.
      autoFocus={step === 'back'}
      isBusy={isPending ?? false}
      onClick={() => setStep('asked')}
    >
      {label}
    </Button>
  );
}
