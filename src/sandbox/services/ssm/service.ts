import * as ssm from "@aws-sdk/client-ssm";
import type { ServiceModule } from "../../wire/api.ts";
import { getParameter, getParameters } from "./get-parameter.ts";
import { getParametersByPath } from "./get-parameters-by-path.ts";
import * as parameters from "./parameters.ts";
import { addTagsToResource, listTagsForResource, removeTagsFromResource } from "./tags.ts";

export const service: ServiceModule<typeof ssm> = {
  module: ssm,
  Client: ssm.SSMClient,
  handlers: {
    AddTagsToResource: addTagsToResource,
    DeleteParameter: parameters.deleteParameter,
    DeleteParameters: parameters.deleteParameters,
    DescribeParameters: parameters.describeParameters,
    GetParameter: getParameter,
    GetParameters: getParameters,
    GetParametersByPath: getParametersByPath,
    ListTagsForResource: listTagsForResource,
    PutParameter: parameters.putParameter,
    RemoveTagsFromResource: removeTagsFromResource,
  },
};
