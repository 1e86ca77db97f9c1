/** AWS's answers about things that are as ecsctl makes them, with the defaults that AWS fills in by itself. */
export const tags = { "ecsctl:app": "app" };
const upper = [{ Key: "ecsctl:app", Value: "app" }];
const lower = [{ key: "ecsctl:app", value: "app" }];

export const logGroup = {
  DescribeLogGroups: {
    logGroups: [
      { logGroupName: "/ecs/web-other", retentionInDays: 1 },
      {
        logGroupName: "/ecs/web",
        logGroupArn: "arn:aws:logs:us-east-1:1:log-group:/ecs/web",
        arn: "arn:aws:logs:us-east-1:1:log-group:/ecs/web:*",
        retentionInDays: 14,
        metricFilterCount: 0,
        storedBytes: 0,
        logGroupClass: "STANDARD",
      },
    ],
  },
  ListTagsForResource: { tags },
};

export const role = {
  GetRole: {
    Role: {
      Path: "/",
      RoleName: "r",
      Arn: "arn:aws:iam::1:role/r",
      MaxSessionDuration: 3600,
      AssumeRolePolicyDocument: encodeURIComponent(
        JSON.stringify({
          Version: "2008-10-17",
          Statement: [
            { Sid: "", Effect: "Allow", Principal: { Service: ["ec2.amazonaws.com"] }, Action: ["sts:AssumeRole"] },
          ],
        }),
      ),
      Tags: upper,
    },
  },
  ListAttachedRolePolicies: {
    IsTruncated: false,
    AttachedPolicies: [
      {
        PolicyName: "AmazonEC2ContainerServiceforEC2Role",
        PolicyArn: "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
      },
    ],
  },
};

export const profile = {
  GetInstanceProfile: { InstanceProfile: { Arn: "arn:profile", Path: "/", Roles: [{ RoleName: "r" }], Tags: upper } },
};

export const securityGroup = {
  DescribeSecurityGroups: {
    SecurityGroups: [
      {
        GroupId: "sg-1",
        GroupName: "g",
        VpcId: "vpc-1",
        IpPermissions: [
          {
            IpProtocol: "tcp",
            FromPort: 80,
            ToPort: 80,
            IpRanges: [{ CidrIp: "0.0.0.0/0", Description: "HTTP" }],
            Ipv6Ranges: [],
            PrefixListIds: [],
            UserIdGroupPairs: [],
          },
        ],
        IpPermissionsEgress: [{ IpProtocol: "-1", IpRanges: [{ CidrIp: "0.0.0.0/0" }] }],
        Tags: upper,
      },
    ],
  },
};

const userData = `#!/bin/bash\necho "ECS_CLUSTER=c" >> /etc/ecs/ecs.config\n`;

export const launchTemplate = {
  DescribeLaunchTemplates: {
    LaunchTemplates: [
      {
        LaunchTemplateId: "lt-1",
        LaunchTemplateName: "t",
        Tags: [...upper, { Key: "ecsctl:ami", Value: "/aws/recommended" }],
      },
    ],
  },
  DescribeLaunchTemplateVersions: {
    LaunchTemplateVersions: [
      {
        VersionNumber: 1,
        DefaultVersion: true,
        LaunchTemplateData: {
          ImageId: "ami-older",
          InstanceType: "t2.small",
          IamInstanceProfile: { Name: "r" },
          UserData: Buffer.from(userData).toString("base64"),
          MetadataOptions: {
            State: "applied",
            HttpEndpoint: "enabled",
            HttpTokens: "required",
            HttpPutResponseHopLimit: 1,
          },
          NetworkInterfaces: [
            {
              AssociatePublicIpAddress: true,
              DeleteOnTermination: true,
              DeviceIndex: 0,
              Groups: ["sg-1"],
              InterfaceType: "interface",
            },
          ],
          BlockDeviceMappings: [
            {
              DeviceName: "/dev/xvda",
              Ebs: { Encrypted: true, DeleteOnTermination: true, VolumeSize: 30, VolumeType: "gp3" },
            },
          ],
        },
      },
    ],
  },
};

export const group = {
  DescribeAutoScalingGroups: {
    AutoScalingGroups: [
      {
        AutoScalingGroupName: "g",
        AutoScalingGroupARN: "arn:group",
        MinSize: 1,
        MaxSize: 3,
        DesiredCapacity: 2,
        DefaultCooldown: 300,
        LaunchTemplate: { LaunchTemplateId: "lt-1", LaunchTemplateName: "t", Version: "$Latest" },
        VPCZoneIdentifier: "a,b",
        NewInstancesProtectedFromScaleIn: true,
        HealthCheckType: "EC2",
        TerminationPolicies: ["Default"],
        Instances: [],
        Tags: [
          { ...upper[0], ResourceId: "g", PropagateAtLaunch: true },
          { Key: "AmazonECSManaged", Value: "", ResourceId: "g", PropagateAtLaunch: true },
        ],
      },
    ],
  },
};

export const cluster = {
  DescribeClusters: {
    failures: [],
    clusters: [
      {
        clusterArn: "arn:cluster",
        clusterName: "c",
        status: "ACTIVE",
        capacityProviders: ["FARGATE", "p"],
        defaultCapacityProviderStrategy: [{ capacityProvider: "p", weight: 1, base: 0 }],
        settings: [],
        tags: lower,
      },
    ],
  },
};

export const provider = {
  DescribeCapacityProviders: {
    capacityProviders: [
      {
        capacityProviderArn: "arn:provider",
        name: "p",
        status: "ACTIVE",
        autoScalingGroupProvider: {
          autoScalingGroupArn: "arn:group",
          managedScaling: {
            status: "ENABLED",
            targetCapacity: 100,
            minimumScalingStepSize: 1,
            maximumScalingStepSize: 10_000,
            instanceWarmupPeriod: 300,
          },
          managedTerminationProtection: "ENABLED",
          managedDraining: "ENABLED",
        },
        tags: lower,
      },
    ],
  },
};

export const taskDefinition = {
  DescribeTaskDefinition: {
    tags: lower,
    taskDefinition: {
      taskDefinitionArn: "arn:task:1",
      family: "f",
      revision: 1,
      status: "ACTIVE",
      networkMode: "bridge",
      cpu: "256",
      memory: "512",
      executionRoleArn: "arn:role",
      compatibilities: ["EXTERNAL", "EC2"],
      requiresCompatibilities: ["EC2"],
      requiresAttributes: [{ name: "ecs.capability.execution-role-awslogs" }],
      placementConstraints: [],
      volumes: [],
      containerDefinitions: [
        {
          name: "web",
          image: "web@sha256:1",
          cpu: 0,
          essential: true,
          command: [],
          entryPoint: [],
          environment: [
            { name: "A", value: "1" },
            { name: "B", value: "2" },
          ],
          environmentFiles: [],
          mountPoints: [],
          volumesFrom: [],
          systemControls: [],
          portMappings: [{ containerPort: 80, hostPort: 0, protocol: "tcp" }],
          logConfiguration: {
            logDriver: "awslogs",
            options: { "awslogs-region": "us-east-1", "awslogs-stream-prefix": "ecs", "awslogs-group": "/ecs/web" },
            secretOptions: [],
          },
        },
      ],
    },
  },
};

export const service = {
  DescribeServices: {
    services: [
      {
        serviceArn: "arn:service",
        serviceName: "s",
        status: "ACTIVE",
        desiredCount: 1,
        taskDefinition: "arn:task:1",
        capacityProviderStrategy: [{ capacityProvider: "p", weight: 1, base: 0 }],
        deploymentConfiguration: {
          minimumHealthyPercent: 100,
          maximumPercent: 200,
          strategy: "ROLLING",
          deploymentCircuitBreaker: {
            enable: true,
            rollback: true,
            resetOnHealthyTask: true,
            thresholdConfiguration: { type: "COUNT", value: 3 },
          },
        },
        deployments: [{ id: "ecs-svc/1", status: "PRIMARY" }],
        placementConstraints: [],
        placementStrategy: [],
        healthCheckGracePeriodSeconds: 0,
        tags: lower,
      },
    ],
  },
  DescribeScalableTargets: { ScalableTargets: [] },
};

export const policy = {
  DescribeScalingPolicies: {
    ScalingPolicies: [
      {
        PolicyARN: "arn:policy",
        PolicyName: "p",
        PolicyType: "TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 50,
          PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
          ScaleOutCooldown: 30,
        },
        Alarms: [{ AlarmName: "high" }, { AlarmName: "low" }],
      },
    ],
  },
};
