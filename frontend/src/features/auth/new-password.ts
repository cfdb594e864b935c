import { z } from "zod";

/** The lengths that identity accepts; it also rejects common passwords. */
export const NewPassword = z.string().min(8).max(128);
