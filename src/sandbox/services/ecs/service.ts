import * as ecs from "@aws-sdk/client-ecs";
import type { ServiceModule } from "../../wire/api.ts";
import { listAccountSettings, putAccountSetting, putAccountSettingDefault } from "./account-settings.ts";
import {
  createCapacityProvider,
  deleteCapacityProvider,
  describeCapacityProviders,
  updateCapacityProvider,
} from "./capacity-providers.ts";
import {
  deregisterContainerInstance,
  describeContainerInstances,
  listContainerInstances,
  updateContainerInstancesState,
} from "./container-instances.ts";
import { createCluster } from "./create-cluster.ts";
import { createService } from "./create-service.ts";
import { deleteCluster } from "./delete-cluster.ts";
import { deleteService } from "./delete-service.ts";
import { describeClusters, listClusters } from "./describe-clusters.ts";
import { describeServices, listServices } from "./describe-services.ts";
import { putClusterCapacityProviders } from "./put-cluster-capacity-providers.ts";
import { registerTaskDefinition } from "./register-task-definition.ts";
import { runTask, startTask } from "./run-task.ts";
import { describeServiceDeployments, describeServiceRevisions, listServiceDeployments } from "./service-deployments.ts";
import { listTagsForResource, tagResource, untagResource } from "./tags.ts";
import {
  deleteTaskDefinitions,
  deregisterTaskDefinition,
  describeTaskDefinition,
  listTaskDefinitionFamilies,
  listTaskDefinitions,
} from "./task-definitions.ts";
import { describeTasks, listTasks, stopTask } from "./tasks.ts";
import { updateCluster, updateClusterSettings } from "./update-cluster.ts";
import { updateService } from "./update-service.ts";

export const service: ServiceModule<typeof ecs> = {
  module: ecs,
  Client: ecs.ECSClient,
  handlers: {
    CreateCapacityProvider: createCapacityProvider,
    CreateCluster: createCluster,
    CreateService: createService,
    DeleteCapacityProvider: deleteCapacityProvider,
    DeleteCluster: deleteCluster,
    DeleteService: deleteService,
    DeleteTaskDefinitions: deleteTaskDefinitions,
    DeregisterContainerInstance: deregisterContainerInstance,
    DeregisterTaskDefinition: deregisterTaskDefinition,
    DescribeCapacityProviders: describeCapacityProviders,
    DescribeClusters: describeClusters,
    DescribeContainerInstances: describeContainerInstances,
    DescribeServiceDeployments: describeServiceDeployments,
    DescribeServiceRevisions: describeServiceRevisions,
    DescribeServices: describeServices,
    DescribeTaskDefinition: describeTaskDefinition,
    DescribeTasks: describeTasks,
    ListAccountSettings: listAccountSettings,
    ListClusters: listClusters,
    ListContainerInstances: listContainerInstances,
    ListServiceDeployments: listServiceDeployments,
    ListServices: listServices,
    ListTagsForResource: listTagsForResource,
    ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
    ListTaskDefinitions: listTaskDefinitions,
    ListTasks: listTasks,
    PutAccountSetting: putAccountSetting,
    PutAccountSettingDefault: putAccountSettingDefault,
    PutClusterCapacityProviders: putClusterCapacityProviders,
    RegisterTaskDefinition: registerTaskDefinition,
    RunTask: runTask,
    StartTask: startTask,
    StopTask: stopTask,
    TagResource: tagResource,
    UntagResource: untagResource,
    UpdateCapacityProvider: updateCapacityProvider,
    UpdateCluster: updateCluster,
    UpdateClusterSettings: updateClusterSettings,
    UpdateContainerInstancesState: updateContainerInstancesState,
    UpdateService: updateService,
  },
};
