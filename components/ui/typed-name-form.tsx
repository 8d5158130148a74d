'use client';

/**
 * The form of a dialog that destroys something: what will be lost above, its name typed once more, what else is asked for below it, and
 * the red button last, which stays shut until all of it is there.
 */
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { Button } from './button';
import { DialogBody, DialogFoot } from './dialog';
import { TextField } from './field';
import { Notice } from './notice';

interface TypedNameFormProps {
  /** What has to be typed. */
  name: string;
  words: { readonly confirm: string; readonly cancel: string; readonly submit: string };
  /** In numbers, or why it cannot be done at all. */
  losses?: ReactNode;
  /** More fields. */
  children?: ReactNode;
  /** Whether those have what they ask for. */
  isReady?: boolean;
  isBusy: boolean;
  /** What is wrong with the name as the server sees it. */
  nameError?: string | undefined;
  /** What went wrong otherwise. */
  failure?: string | undefined;
  /** With the name as it was typed. */
  onSubmit: (confirm: string) => void;
  onClose: () => void;
}

export function TypedNameForm(props: TypedNameFormProps) {
  const { name, words, isReady = true, isBusy, nameError, failure, onSubmit, onClose } = props;
  const formId = useId();
  const [confirm, setConfirm] = useState('');
  const isGiven = isReady && confirm === name;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isGiven && !isBusy) onSubmit(confirm);
  };
  return (
    <>
      <DialogBody>
        {props.losses}
        <form id={formId} onSubmit={submit} className="flex flex-col gap-4" noValidate>
          <TextField
            label={words.confirm}
            error={nameError}
            value={confirm}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setConfirm(event.target.value)}
          />
          {props.children}
        </form>
        {failure === undefined ? null : <Notice alert tone="bad" title={failure} />}
      </DialogBody>
      <DialogFoot>
        <Button onClick={onClose}>{words.cancel}</Button>
        <Button tone="danger" type="submit" form={formId} busy={isBusy} disabled={!isGiven}>
          {words.submit}
        </Button>
      </DialogFoot>
    </>
  );
}
