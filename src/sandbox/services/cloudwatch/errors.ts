import {
  InvalidParameterCombinationException,
  InvalidParameterValueException,
  MissingRequiredParameterException,
  ResourceNotFound,
} from "@aws-sdk/client-cloudwatch";
import { ApiError, meta } from "../../wire/api.ts";

export const invalidValue = (message: string): InvalidParameterValueException =>
  new InvalidParameterValueException({ message, ...meta });
export const invalidCombination = (message: string): InvalidParameterCombinationException =>
  new InvalidParameterCombinationException({ message, ...meta });
export const missingParameter = (name: string): MissingRequiredParameterException =>
  new MissingRequiredParameterException({ message: `The parameter ${name} is required.`, ...meta });
export const noSuchAlarm = (): ResourceNotFound => new ResourceNotFound({ message: "Unknown", ...meta });
/** CloudWatch's code for what its model does not name. */
export const validationError = (message: string): ApiError => new ApiError("ValidationError", message);
