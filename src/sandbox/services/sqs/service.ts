import * as module from "@aws-sdk/client-sqs";
import type { ServiceModule } from "../../wire/api.ts";
import * as messages from "./messages.ts";
import * as queues from "./queues.ts";

export const service: ServiceModule<typeof module> = {
  module,
  Client: module.SQSClient,
  handlers: {
    ChangeMessageVisibility: messages.changeMessageVisibility,
    CreateQueue: queues.createQueue,
    DeleteMessage: messages.deleteMessage,
    DeleteMessageBatch: messages.deleteMessageBatch,
    DeleteQueue: queues.deleteQueue,
    GetQueueAttributes: queues.getQueueAttributes,
    GetQueueUrl: queues.getQueueUrl,
    ListQueueTags: queues.listQueueTags,
    ListQueues: queues.listQueues,
    PurgeQueue: queues.purgeQueue,
    ReceiveMessage: messages.receiveMessage,
    SendMessage: messages.sendMessage,
    SendMessageBatch: messages.sendMessageBatch,
    SetQueueAttributes: queues.setQueueAttributes,
    TagQueue: queues.tagQueue,
    UntagQueue: queues.untagQueue,
  },
};
