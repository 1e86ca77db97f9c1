import { stepAlarmEvents } from "./alarm-events.ts";
import { stepAlarms } from "./alarms.ts";
import { stepAutoscaler } from "./autoscaler.ts";
import { stepBalancers } from "./balancers.ts";
import { stepCapacityProviders } from "./capacity-providers.ts";
import { stepCompositeAlarms } from "./composite-alarms.ts";
import { stepContainerInsights } from "./container-insights.ts";
import { stepContainerInstances } from "./container-instances.ts";
import { stepEcsEvents } from "./ecs-events.ts";
import { stepGroupScaling } from "./group-scaling.ts";
import { stepGroups } from "./groups.ts";
import { stepInstances } from "./instances.ts";
import { stepQueues } from "./queues.ts";
import { stepServiceMetrics } from "./service-metrics.ts";
import { stepServices } from "./services.ts";
import { stepTasks } from "./tasks.ts";
import type { Engine } from "./world.ts";

/** In the order in which effects travel: machines, then what runs on them, then what is measured, then what reacts. */
export const engines: readonly Engine[] = [
  stepGroups,
  stepInstances,
  stepContainerInstances,
  stepServices,
  stepTasks,
  stepEcsEvents,
  stepQueues,
  stepBalancers,
  stepCapacityProviders,
  stepServiceMetrics,
  stepContainerInsights,
  stepAlarms,
  stepCompositeAlarms,
  stepAlarmEvents,
  stepGroupScaling,
  stepAutoscaler,
];
