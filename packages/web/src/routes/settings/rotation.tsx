import { ConfirmButton } from '../../panels/confirm-button';
import { FormProblem } from '../../panels/form-problem';
import { type Overlap, OverlapChoice } from './overlap-choice';

interface RotationProps {
  copy: Record<'overlap' | 'rotate' | 'rotateQuestion' | 'rotateNowQuestion', string>;
  overlap: Overlap;
  onOverlap: (overlap: Overlap) => void;
  rotation: { isPending: boolean; error: Error | null };
  onConfirm: () => void;
}

/** Puts something new in the place of a secret or key, and lets the old one be used for a while. */
export function Rotation({ copy, overlap, onOverlap, rotation, onConfirm }: RotationProps) {
  return (
    <>
      <OverlapChoice title={copy.overlap} value={overlap} onChange={onOverlap} />
      <div>
        <ConfirmButton
          label={copy.rotate}
          question={overlap === 'now' ? copy.rotateNowQuestion : copy.rotateQuestion}
          confirm={copy.rotate}
          isPending={rotation.isPending}
          onConfirm={onConfirm}
        />
      </div>
      {rotation.error && <FormProblem error={rotation.error} known={undefined} />}
    </>
  );
}
