import type { ServiceModule } from "../wire/api.ts";

export interface CatalogEntry {
  /** Signing name in the credential scope, and the key of the catalogue. */
  signingName: string;
  /** Prefix of `X-Amz-Target`, for JSON and CBOR clients. */
  target: string;
  /** `Version` of Query and EC2 requests. */
  version: string;
  load: () => Promise<{ service: ServiceModule }>;
}

/** What the router must know before a service's module is loaded (11 to 270 ms each, so only on its first request). */
export const catalog: readonly CatalogEntry[] = [
  {
    signingName: "sts",
    target: "AWSSecurityTokenServiceV20110615",
    version: "2011-06-15",
    load: () => import("./sts/service.ts"),
  },
  {
    signingName: "ssm",
    target: "AmazonSSM",
    version: "2014-11-06",
    load: () => import("./ssm/service.ts"),
  },
  {
    signingName: "ecr",
    target: "AmazonEC2ContainerRegistry_V20150921",
    version: "2015-09-21",
    load: () => import("./ecr/service.ts"),
  },
  {
    signingName: "logs",
    target: "Logs_20140328",
    version: "2014-03-28",
    load: () => import("./logs/service.ts"),
  },
  {
    signingName: "ec2",
    target: "AmazonEC2",
    version: "2016-11-15",
    load: () => import("./ec2/service.ts"),
  },
  {
    signingName: "autoscaling",
    target: "AutoScaling_2011_01_01",
    version: "2011-01-01",
    load: () => import("./autoscaling/service.ts"),
  },
  {
    signingName: "iam",
    target: "AWSIdentityManagementV20100508",
    version: "2010-05-08",
    load: () => import("./iam/service.ts"),
  },
  {
    signingName: "monitoring",
    target: "GraniteServiceVersion20100801",
    version: "2010-08-01",
    load: () => import("./cloudwatch/service.ts"),
  },
  {
    signingName: "application-autoscaling",
    target: "AnyScaleFrontendService",
    version: "2016-02-06",
    load: () => import("./application-autoscaling/service.ts"),
  },
  {
    signingName: "ecs",
    target: "AmazonEC2ContainerServiceV20141113",
    version: "2014-11-13",
    load: () => import("./ecs/service.ts"),
  },
  {
    signingName: "sns",
    target: "AmazonSimpleNotificationService",
    version: "2010-03-31",
    load: () => import("./sns/service.ts"),
  },
  {
    signingName: "servicequotas",
    target: "ServiceQuotasV20190624",
    version: "2019-06-24",
    load: () => import("./servicequotas/service.ts"),
  },
  {
    signingName: "elasticloadbalancing",
    target: "ElasticLoadBalancing_v10",
    version: "2015-12-01",
    load: () => import("./elb/service.ts"),
  },
  {
    signingName: "secretsmanager",
    target: "secretsmanager",
    version: "2017-10-17",
    load: () => import("./secretsmanager/service.ts"),
  },
  {
    signingName: "events",
    target: "AWSEvents",
    version: "2015-10-07",
    load: () => import("./events/service.ts"),
  },
  {
    signingName: "sqs",
    target: "AmazonSQS",
    version: "2012-11-05",
    load: () => import("./sqs/service.ts"),
  },
  {
    signingName: "tagging",
    target: "ResourceGroupsTaggingAPI_20170126",
    version: "2017-01-26",
    load: () => import("./tagging/service.ts"),
  },
];
