import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, page, type Handler } from "../../wire/api.ts";
import { instanceTypes } from "../../world/records/ec2.ts";
import { isOffered, zonesOf } from "../../world/zones.ts";
import { applyFilters, type FilterFields } from "./filters.ts";

interface TypeRow {
  name: string;
  vcpus: number;
  memoryMiB: number;
}

const rows = (): TypeRow[] => Object.entries(instanceTypes).map(([name, type]) => ({ name, ...type }));

const fields: FilterFields<TypeRow> = {
  "instance-type": (type) => type.name,
  "current-generation": (type) => !type.name.startsWith("m1."),
  "burstable-performance-supported": (type) => type.name.startsWith("t"),
  "free-tier-eligible": (type) => type.name === "t2.micro" || type.name === "t3.micro",
  "vcpu-info.default-vcpus": (type) => type.vcpus,
  "memory-info.size-in-mib": (type) => type.memoryMiB,
  "processor-info.supported-architecture": () => "x86_64",
};

export const describeInstanceTypes: Handler<typeof ec2, "DescribeInstanceTypes"> = (input) => {
  const asked: string[] = input.InstanceTypes ?? [];
  const unknown = asked.filter((name) => !instanceTypes[name]);
  if (unknown.length > 0)
    throw new ApiError(
      "InvalidInstanceType",
      `The following supplied instance types do not exist: [${unknown.join(", ")}]`,
    );
  const found = applyFilters(rows(), input.Filters, fields).filter(
    (type) => asked.length === 0 || asked.includes(type.name),
  );
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 100);
  return { InstanceTypes: items.map(toInstanceType), NextToken: next };
};

function toInstanceType(type: TypeRow): ec2.InstanceTypeInfo {
  const nitro = !type.name.startsWith("t2.");
  return {
    InstanceType: type.name as ec2._InstanceType,
    CurrentGeneration: true,
    FreeTierEligible: type.name === "t2.micro" || type.name === "t3.micro",
    SupportedUsageClasses: ["on-demand", "spot"],
    SupportedRootDeviceTypes: ["ebs"],
    SupportedVirtualizationTypes: ["hvm"],
    BareMetal: false,
    Hypervisor: nitro ? "nitro" : "xen",
    ProcessorInfo: { SupportedArchitectures: ["x86_64"], Manufacturer: "Intel" },
    VCpuInfo: { DefaultVCpus: type.vcpus, DefaultCores: Math.max(1, type.vcpus / 2), DefaultThreadsPerCore: 2 },
    MemoryInfo: { SizeInMiB: type.memoryMiB },
    InstanceStorageSupported: false,
    EbsInfo: { EbsOptimizedSupport: nitro ? "default" : "unsupported", EncryptionSupport: "supported" },
    NetworkInfo: { MaximumNetworkInterfaces: 3, EnaSupport: nitro ? "required" : "unsupported" },
    BurstablePerformanceSupported: type.name.startsWith("t"),
    AutoRecoverySupported: true,
  };
}

interface Offering {
  type: string;
  location: string;
}

const offeringFields: FilterFields<Offering> = {
  "instance-type": (offering) => offering.type,
  location: (offering) => offering.location,
};

export const describeInstanceTypeOfferings: Handler<typeof ec2, "DescribeInstanceTypeOfferings"> = (
  input,
  { region },
) => {
  const kind = input.LocationType ?? "region";
  const all = offerings(region.name, kind);
  const found = applyFilters(all, input.Filters, offeringFields);
  const { items, next } = page(found, input.NextToken, input.MaxResults ?? 1000);
  return {
    InstanceTypeOfferings: items.map((offering) => ({
      InstanceType: offering.type as ec2._InstanceType,
      LocationType: kind,
      Location: offering.location,
    })),
    NextToken: next,
  };
};

function offerings(region: string, kind: string): Offering[] {
  const types = Object.keys(instanceTypes);
  if (kind === "region") return types.map((type) => ({ type, location: region }));
  if (kind !== "availability-zone" && kind !== "availability-zone-id")
    throw new ApiError("InvalidParameterValue", `Invalid value '${kind}' for LocationType.`);
  return types.flatMap((type) =>
    zonesOf(region)
      .filter((zone) => isOffered(type, zone.name))
      .map((zone) => ({ type, location: kind === "availability-zone" ? zone.name : zone.id })),
  );
}
