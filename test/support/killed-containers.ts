/** Runs one task in a container, prints its task id and folder, and waits to be killed. */
import { startDockerTasks } from "./docker-tasks.ts";
import { containerSpec, freePort } from "./process-tasks.ts";

const { runtime, image, dir } = await startDockerTasks();
const taskId = process.argv[2] ?? "";
await runtime.start(containerSpec(image, await freePort(), { taskId }));
process.stdout.write(`${JSON.stringify({ dir })}\n`);
setInterval(() => {}, 1000);
