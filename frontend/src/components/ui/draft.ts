import { type RefObject, useEffect, useState } from "react";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** The controls that a draft contains: no files, no passwords, and none of Next's own. */
function controlsOf(form: HTMLFormElement): Control[] {
  return [...form.elements].filter(
    (element): element is Control =>
      "value" in element &&
      !(element instanceof HTMLButtonElement) &&
      !["password", "file"].includes((element as Control).type) &&
      /^\w+$/.test((element as Control).name),
  );
}

/**
 * Keep what is typed into a form in this tab until it is saved: it is restored after navigation, Back, a reload or a
 * login.
 *
 * Hidden fields are kept as well, since they say which version the text was based on. Without a key nothing is kept.
 */
export function useDraft(key: string | undefined, element: RefObject<HTMLFormElement | null>) {
  const [restored, setRestored] = useState(false);
  const name = key && `draft:${key}`;

  useEffect(() => {
    const [form, kept] = [element.current, name && stored(() => sessionStorage.getItem(name))];
    if (!form || !kept) return;
    const values = JSON.parse(kept) as Record<string, string>;
    for (const control of controlsOf(form)) {
      const value = values[control.name];
      if (value === undefined) continue;
      if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) {
        control.checked = control.value === value;
      } else control.value = value;
    }
    // Only the browser has the draft, so the first render cannot show it.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setRestored(true);
  }, [name, element]);

  const clear = () => {
    if (name) stored(() => sessionStorage.removeItem(name));
    setRestored(false);
  };
  return {
    restored,
    clear,
    keep: () => {
      const form = element.current;
      if (!name || !form) return;
      const values = Object.fromEntries(
        controlsOf(form).flatMap((control) =>
          control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type) && !control.checked
            ? []
            : [[control.name, control.value]],
        ),
      );
      stored(() => sessionStorage.setItem(name, JSON.stringify(values)));
    },
    discard: () => {
      element.current?.reset();
      clear();
    },
  };
}

/** A browser may deny access to storage; the form still works. */
function stored<T>(access: () => T): T | undefined {
  try {
    return access();
  } catch {
    return undefined;
  }
}
