import * as module from "@aws-sdk/client-secrets-manager";
import type { ServiceModule } from "../../wire/api.ts";
import * as secrets from "./secrets.ts";
import { getSecretValue, listSecretVersionIds, putSecretValue } from "./versions.ts";

export const service: ServiceModule<typeof module> = {
  module,
  Client: module.SecretsManagerClient,
  handlers: {
    CreateSecret: secrets.createSecret,
    DeleteSecret: secrets.deleteSecret,
    DescribeSecret: secrets.describeSecret,
    GetSecretValue: getSecretValue,
    ListSecretVersionIds: listSecretVersionIds,
    ListSecrets: secrets.listSecrets,
    PutSecretValue: putSecretValue,
    RestoreSecret: secrets.restoreSecret,
    TagResource: secrets.tagResource,
    UntagResource: secrets.untagResource,
    UpdateSecret: secrets.updateSecret,
  },
};
