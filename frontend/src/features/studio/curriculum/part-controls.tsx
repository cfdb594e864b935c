"use client";

import { ArrowDown, ArrowUp, GripVertical, Pencil, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";

import { clsx } from "clsx";

import { DeleteDialog } from "./delete-dialog";
import type { Direction } from "./order";
import { TitleDialog } from "./title-dialog";
import type { Handle } from "./use-dragged";

/** The handle for dragging a row; for the keyboard there are buttons. */
export function Grip({ handle }: { handle: Handle }) {
  return (
    <span
      {...handle}
      aria-hidden
      data-grip
      className="-ml-2 flex size-9 cursor-grab touch-none items-center justify-center text-soft hover:text-ink"
    >
      <GripVertical className="size-4" />
    </span>
  );
}

interface Props {
  id: string;
  title: string;
  up: boolean;
  down: boolean;
  move: (direction: Direction) => void;
  rename: (title: string) => Promise<string | undefined>;
  remove: () => Promise<unknown>;
  warning: string;
}

/** Buttons to move up, move down, rename and delete a module or a lesson. */
export function PartControls({ id, title, up, down, move, rename, remove, warning }: Props) {
  const t = useTranslations("studio.curriculum");
  return (
    <div className="ml-auto flex">
      <Icon id={`up-${id}`} label={t("up", { title })} aria-disabled={!up} onClick={() => up && move("up")}>
        <ArrowUp aria-hidden className="size-4" />
      </Icon>
      <Icon id={`down-${id}`} label={t("down", { title })} aria-disabled={!down} onClick={() => down && move("down")}>
        <ArrowDown aria-hidden className="size-4" />
      </Icon>
      <TitleDialog
        title={t("renameTitle")}
        submit={t("rename")}
        label={t("newTitle")}
        initial={title}
        save={rename}
        trigger={
          <Icon label={t("renameOf", { title })}>
            <Pencil aria-hidden className="size-4" />
          </Icon>
        }
      />
      <DeleteDialog
        warning={warning}
        remove={remove}
        trigger={
          <Icon label={t("deleteOf", { title })}>
            <Trash2 aria-hidden className="size-4" />
          </Icon>
        }
      />
    </div>
  );
}

function Icon({ label, className, ...rest }: ComponentProps<"button"> & { label: string }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={clsx(
        "flex size-10 items-center justify-center rounded-control text-soft hover:bg-sunken hover:text-ink aria-disabled:cursor-default aria-disabled:opacity-40 aria-disabled:hover:bg-transparent",
        className,
      )}
    />
  );
}
