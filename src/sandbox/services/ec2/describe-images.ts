import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError, type Handler } from "../../wire/api.ts";
import { ecsImage } from "../../world/images.ts";
import { applyFilters, type FilterFields } from "./filters.ts";

const fields: FilterFields<typeof ecsImage> = {
  "image-id": (image) => image.id,
  name: (image) => image.name,
  description: (image) => image.description,
  architecture: () => "x86_64",
  "owner-alias": () => "amazon",
  "owner-id": (image) => image.ownerId,
  "root-device-type": () => "ebs",
  "root-device-name": (image) => image.rootDevice,
  "virtualization-type": () => "hvm",
  "is-public": () => true,
  "image-type": () => "machine",
  state: () => "available",
};

export const describeImages: Handler<typeof ec2, "DescribeImages"> = (input) => {
  for (const id of input.ImageIds ?? [])
    if (id !== ecsImage.id) throw new ApiError("InvalidAMIID.NotFound", `The image id '[${id}]' does not exist`);
  const owners = input.Owners ?? [];
  const owned = owners.length === 0 || owners.some((owner) => owner === "amazon" || owner === ecsImage.ownerId);
  return { Images: owned ? applyFilters([ecsImage], input.Filters, fields).map(toImage) : [] };
};

function toImage(image: typeof ecsImage): ec2.Image {
  return {
    ImageId: image.id,
    Name: image.name,
    Description: image.description,
    ImageLocation: `amazon/${image.name}`,
    ImageOwnerAlias: "amazon",
    OwnerId: image.ownerId,
    CreationDate: image.createdAt,
    State: "available",
    Public: true,
    Architecture: "x86_64",
    ImageType: "machine",
    PlatformDetails: "Linux/UNIX",
    UsageOperation: "RunInstances",
    EnaSupport: true,
    SriovNetSupport: "simple",
    Hypervisor: "xen",
    VirtualizationType: "hvm",
    BootMode: "uefi-preferred",
    ImdsSupport: "v2.0",
    RootDeviceType: "ebs",
    RootDeviceName: image.rootDevice,
    BlockDeviceMappings: [
      {
        DeviceName: image.rootDevice,
        Ebs: {
          DeleteOnTermination: true,
          SnapshotId: image.snapshotId,
          VolumeSize: image.rootVolumeGiB,
          VolumeType: "gp3",
          Iops: 3000,
          Throughput: 125,
          Encrypted: false,
        },
      },
    ],
  };
}
