import { z } from "zod";

/** The lengths that identity takes; it also refuses passwords that everybody knows. */
export const NewPassword = z.string().min(8).max(128);
