import {
  ClientException,
  InvalidParameterException,
  ResourceInUseException,
  UpdateInProgressException,
} from "@aws-sdk/client-ecs";
import { meta } from "../../wire/api.ts";

export const clientError = (message: string): ClientException => new ClientException({ message, ...meta });
export const invalidParameter = (message: string): InvalidParameterException =>
  new InvalidParameterException({ message, ...meta });
export const inUse = (message: string): ResourceInUseException => new ResourceInUseException({ message, ...meta });
export const updateInProgress = (message: string): UpdateInProgressException =>
  new UpdateInProgressException({ message, ...meta });
