/** One activity of the guided project as it is told to a participant. */
export interface ActivityText {
  number: number;
  name: string;
  /** What will happen now. */
  what: string;
  /** Why it is needed, and what one should know about it. */
  why: string;
  /** The same by hand. */
  command: string;
}

/** The ten activities of the guided project, in its order and words. */
export const activityTexts: readonly ActivityText[] = [
  {
    number: 1,
    name: "A registry for the image",
    what: "Make the ECR repository that will hold the image.",
    why: "ECS starts tasks on machines that have never seen your folder: what they run must be fetched from a registry. ECR is private; only roles that may read it can pull.",
    command: "ecsctl push",
  },
  {
    number: 2,
    name: "The image",
    what: "Write the page and its Dockerfile, build the image, tag it `latest` and by its content, and push it.",
    why: "The tag `latest` moves, the digest does not. The task definition will name the digest, so every task of a revision runs exactly the same bytes.",
    command: "ecsctl init && ecsctl push",
  },
  {
    number: 3,
    name: "The roles",
    what: "Make the role of the instances (with its instance profile) and the role with which ECS pulls the image and writes logs.",
    why: "The agent on an instance registers it with the cluster: without the instance role it never appears. The execution role belongs to a task, so it can be narrower.",
    command: "ecsctl deploy",
  },
  {
    number: 4,
    name: "The cluster and its instance",
    what: "Make the cluster, a security group, a launch template and an Auto Scaling group, and wait until an instance has registered.",
    why: "The host port will be dynamic, so the security group opens the ephemeral ports too, not port 80 alone. A capacity provider lets the cluster grow the group when tasks find no room.",
    command: "ecsctl deploy",
  },
  {
    number: 5,
    name: "The task definition",
    what: "Make the log group and register the task definition.",
    why: "Nothing else makes the log group: without it the first task stops with an error. cpu 256 reserves a quarter of a vCPU, and the CPU metric is relative to that reservation, so it can exceed 100 %.",
    command: "ecsctl deploy",
  },
  {
    number: 6,
    name: "The service",
    what: "Make the service with one task and wait for the deployment to complete.",
    why: "A service keeps its desired count running and replaces what stops. Its deployment circuit breaker gives up and rolls back when tasks cannot start.",
    command: "ecsctl deploy",
  },
  {
    number: 7,
    name: "The scaling policy",
    what: "Register the service as a scalable target and add a target tracking policy on its CPU.",
    why: "The policy makes two alarms: three minutes above the target scale out at once to the whole need, fifteen minutes below 90 % of it scale in step by step.",
    command:
      "ecsctl scale policy add cpu-target-tracking --metric cpu --target 50 --min 1 --max 3 --scale-out-cooldown 30s --scale-in-cooldown 30s",
  },
  {
    number: 8,
    name: "The address",
    what: "Find the instance's public address and the task's host port, and read the page.",
    why: "In bridge mode with host port 0, ECS picks a free port of the ephemeral range for each task: that is how several tasks share one instance.",
    command: "ecsctl endpoints",
  },
  {
    number: 9,
    name: "The load, and the scaling",
    what: "Send load from 100 clients until three tasks answer, stop, and watch the service come back to one task.",
    why: "Nothing scales at once: the metric has one value a minute and the alarm needs three of them. The page must stay up all the while; every error is counted.",
    command: "ecsctl loadtest --concurrency 100 --until count=3 && ecsctl watch --until count=1",
  },
  {
    number: 10,
    name: "What happened, and why",
    what: "Read the service's events, the scaling activities and the alarms as one timeline.",
    why: "This is where to look when a service did not scale: also the activities that changed nothing are listed, with AWS's reason.",
    command: "ecsctl events --explain",
  },
];

/** After the ten: nothing that costs money stays. */
export const leavingText: ActivityText = {
  number: 11,
  name: "Leaving",
  what: "Delete everything that was made, in the order that works, and look again until nothing is found.",
  why: "An instance costs money whether or not anybody visits the page.",
  command: "ecsctl destroy",
};
