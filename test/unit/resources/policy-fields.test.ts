import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ScalingPolicy } from "@aws-sdk/client-application-auto-scaling";
import type { PolicyConfig } from "../../../src/core/config/scaling-schema.ts";
import { unknownValue } from "../../../src/core/plan/resource.ts";
import { diffFields } from "../../../src/core/resources/diff-fields.ts";
import { policyFields } from "../../../src/core/resources/policy-fields.ts";
import { predictiveInput, trackingInput } from "../../../src/core/resources/policy-input.ts";
import { balancerLabel, metricNameOf, resolveMetric } from "../../../src/core/resources/scaling-metric.ts";

const place = { cluster: "c", service: "s", balancer: { balancer: "app/lb/1", group: "targetgroup/tg/2" } };
const label = "app/lb/1/targetgroup/tg/2";
const tracked = (other: Partial<PolicyConfig>) =>
  trackingInput(place, { name: "p", type: "target-tracking", target: 50, ...other });

describe("the metric behind a name", () => {
  it("is the service's own where nothing else is said", () => {
    const own = [
      { Name: "ClusterName", Value: "c" },
      { Name: "ServiceName", Value: "s" },
    ];
    assert.deepEqual(resolveMetric(place, { metric: "cpu" }).dimensions, own);
    assert.deepEqual(resolveMetric(place, { metric: "running-tasks" }), {
      namespace: "ECS/ContainerInsights",
      name: "RunningTaskCount",
      dimensions: own,
      statistic: "Average",
    });
    assert.deepEqual(resolveMetric(place, { metric: "ECS/ContainerInsights/CpuUtilized" }).dimensions, own);
    assert.deepEqual(resolveMetric(place, { metric: "requests" }).dimensions, [
      { Name: "LoadBalancer", Value: "app/lb/1" },
      { Name: "TargetGroup", Value: "targetgroup/tg/2" },
    ]);
    assert.deepEqual(resolveMetric(place, { metric: "Shop/Orders/Backlog", statistic: "Sum" }), {
      namespace: "Shop/Orders",
      name: "Backlog",
      dimensions: [],
      statistic: "Sum",
    });
  });

  it("of a load balancer is made of the tails of its ARNs", () => {
    const arn = "arn:aws:elasticloadbalancing:us-east-1:1:";
    assert.equal(metricNameOf(`${arn}loadbalancer/app/lb/1`), place.balancer.balancer);
    assert.equal(metricNameOf(`${arn}targetgroup/tg/2`), place.balancer.group);
    assert.equal(balancerLabel(place), label);
    assert.equal(balancerLabel({ ...place, balancer: { ...place.balancer, group: unknownValue } }), unknownValue);
  });
});

describe("a policy that is wanted", () => {
  it("names AWS's metrics, fast ones too", () => {
    const predefined = (other: Partial<PolicyConfig>) => {
      const input = tracked(other);
      assert.ok(input.PolicyType === "TargetTrackingScaling");
      return input.TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification;
    };
    assert.deepEqual(predefined({ metric: "memory" }), { PredefinedMetricType: "ECSServiceAverageMemoryUtilization" });
    assert.deepEqual(predefined({ metric: "cpu", fast: true }), {
      PredefinedMetricType: "ECSServiceAverageCPUUtilizationHighResolution",
    });
    assert.deepEqual(predefined({ metric: "requests" }), {
      PredefinedMetricType: "ALBRequestCountPerTarget",
      ResourceLabel: label,
    });
  });

  it("returns data of the last query only, or of the one that says so", () => {
    const returned = (marked: boolean) => {
      const metrics = [
        { id: "a", metric: "cpu", ...(marked ? { returnData: true } : {}) },
        { id: "b", expression: "a * 2" },
      ];
      const input = tracked({ metrics });
      assert.ok(input.PolicyType === "TargetTrackingScaling");
      return input.TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification?.Metrics?.map(
        (one) => one.ReturnData,
      );
    };
    assert.deepEqual(returned(false), [false, true]);
    assert.deepEqual(returned(true), [true, false]);
  });

  it("is the same as what AWS gives back, whatever defaults and order it adds", () => {
    const wanted = tracked({ metric: "A/B", dimensions: { Z: "1", A: "2" } });
    const live: ScalingPolicy = {
      PolicyARN: "arn",
      PolicyName: "p",
      ServiceNamespace: "ecs",
      ResourceId: "service/c/s",
      ScalableDimension: "ecs:service:DesiredCount",
      CreationTime: new Date(0),
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 50,
        CustomizedMetricSpecification: {
          Namespace: "A",
          MetricName: "B",
          Dimensions: [
            { Name: "A", Value: "2" },
            { Name: "Z", Value: "1" },
          ],
          Statistic: "Average",
        },
      },
    };
    assert.deepEqual(diffFields(policyFields(wanted), policyFields(live)), []);
    const other = tracked({ metric: "A/B", dimensions: { Z: "1", A: "3" } });
    assert.deepEqual(
      diffFields(policyFields(other), policyFields(live)).map(({ path }) => path),
      ["dimensions"],
    );
  });

  it("forecasts by pairs of load and utilisation", () => {
    const input = predictiveInput(place, {
      name: "p",
      type: "predictive",
      metric: "requests",
      target: 60,
      mode: "forecast-and-scale",
      buffer: "10m",
      overMaximum: 10,
    });
    assert.deepEqual(input, {
      PolicyType: "PredictiveScaling",
      PredictiveScalingPolicyConfiguration: {
        MetricSpecifications: [
          {
            TargetValue: 60,
            PredefinedMetricPairSpecification: {
              PredefinedMetricType: "ALBRequestCount",
              ResourceLabel: label,
            },
          },
        ],
        Mode: "ForecastAndScale",
        SchedulingBufferTime: 600,
        MaxCapacityBreachBehavior: "IncreaseMaxCapacity",
        MaxCapacityBuffer: 10,
      },
    });
  });
});
