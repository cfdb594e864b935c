"use client";

import { type ComponentProps, useEffect, useRef } from "react";

/** The heading of a page reached by a submit: it takes the focus, so that it is read out. */
export function FocusedHeading({ children, ...rest }: ComponentProps<"h1">) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h1 {...rest} ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
