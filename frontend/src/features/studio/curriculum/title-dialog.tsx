"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useState } from "react";

import { Button, buttonClass } from "@/components/ui/button";
import { Dialog, DialogClose } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";

interface Props {
  title: string;
  label: string;
  submit: string;
  initial?: string;
  trigger: ReactNode;
  /** Resolves to why the title was rejected, or to undefined; the dialog stays open with the reason. */
  save: (title: string) => Promise<string | undefined>;
}

/** Asks for the title of a module or lesson. */
export function TitleDialog(props: Props) {
  const form = useTranslations("common.form");
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string>();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (pending) return;
    const title = String(new FormData(event.currentTarget).get("title")).trim();
    if (!title) return setError(form("required"));
    setPending(true);
    const rejection = await props.save(title);
    setPending(false);
    setError(rejection);
    setOpen(rejection !== undefined);
  };

  const toggle = (next: boolean) => {
    setError(undefined);
    setOpen(next);
  };
  return (
    <Dialog title={props.title} trigger={props.trigger} open={open} onOpenChange={toggle}>
      <form onSubmit={submit} noValidate className="space-y-5">
        <div className="space-y-1.5">
          <label htmlFor="part-title" className="block text-[0.9375rem] font-medium">
            {props.label}
          </label>
          <Input
            id="part-title"
            name="title"
            defaultValue={props.initial}
            maxLength={200}
            autoComplete="off"
            aria-invalid={error ? true : undefined}
            aria-describedby={error ? "part-title-error" : undefined}
          />
          {error && (
            <p id="part-title-error" role="alert" className="text-sm text-danger">
              {error}
            </p>
          )}
        </div>
        <div className="flex flex-wrap justify-end gap-3">
          <DialogClose asChild>
            <Button look="secondary">{form("cancel")}</Button>
          </DialogClose>
          <button type="submit" aria-disabled={pending} className={buttonClass()}>
            {pending ? form("working") : props.submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
