import { ApiError } from "../../wire/api.ts";

/** ELBv2's code for what its rules forbid; its model does not name it. */
export const validationError = (message: string): ApiError => new ApiError("ValidationError", message);
