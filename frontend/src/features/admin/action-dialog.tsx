"use client";

import { type ReactNode, useState } from "react";
import { useTranslations } from "next-intl";

import { Button } from "@/components/ui/button";
import { Dialog, DialogClose } from "@/components/ui/dialog";
import { ActionForm, SubmitButton } from "@/components/ui/form";
import { toast } from "@/components/ui/toast";
import type { FormAction } from "@/lib/forms/state";

interface Props {
  action: FormAction;
  /** The label of the trigger; `subject` tells screen readers which row it is for, since a list has many. */
  trigger: string;
  subject: string;
  title: string;
  description?: string;
  confirm: string;
  done: string;
  children: ReactNode;
}

/** A button of a row that opens a form in a dialog; the dialog closes once the form succeeded. */
export function ActionDialog(props: Props) {
  const common = useTranslations("common.form");
  const [open, setOpen] = useState(false);
  // Handled here, not by an effect: a success may remove the row, and with it this dialog, from the page.
  const submit: FormAction = async (previous, form) => {
    const state = await props.action(previous, form);
    if (state.done) {
      setOpen(false);
      toast(props.done);
    }
    return state;
  };
  const trigger = (
    <Button look="secondary" aria-label={`${props.trigger}: ${props.subject}`}>
      {props.trigger}
    </Button>
  );
  return (
    <Dialog title={props.title} description={props.description} trigger={trigger} open={open} onOpenChange={setOpen}>
      <ActionForm action={submit} label={props.title}>
        {props.children}
        <div className="flex flex-wrap justify-end gap-3">
          <DialogClose asChild>
            <Button look="secondary">{common("cancel")}</Button>
          </DialogClose>
          <SubmitButton>{props.confirm}</SubmitButton>
        </div>
      </ActionForm>
    </Dialog>
  );
}
