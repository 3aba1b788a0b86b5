import type { DeviceLimits } from "../core/device-limits.js";

/*
 * Limits of devices, for `createMapper`, `requests`, `validate` and `stackLimits`. A real device may take less: what it
 * says of itself is to be stacked on them. Blocks of 512 bytes are a sector (Linux SECTOR_SIZE), what a device has that
 * says nothing of its logical blocks.
 */

/**
 * A block device that says nothing about itself. Linux include/linux/blkdev.h: BLK_MAX_SEGMENTS 128,
 * BLK_SAFE_MAX_SECTORS 255, BLK_MAX_SEGMENT_SIZE 65536, BLK_SEG_BOUNDARY_MASK 0xffffffff; block/blk-settings.c
 * `blk_validate_limits`: logical blocks of 512 bytes and a dma_alignment of 511.
 */
export const linuxDefault: DeviceLimits = Object.freeze({
  maxSegmentBytes: 65536,
  boundaryBytes: 2 ** 32,
  maxSegments: 128,
  maxBytes: 255 * 512,
  blockBytes: 512,
  dmaAlignmentBytes: 512,
});

/**
 * NVMe with PRP lists. Linux drivers/nvme/host/pci.c: NVME_MAX_BYTES 8 MiB, NVME_MAX_SEGS 256; a virtual boundary of
 * NVME_CTRL_PAGE_SIZE 4096, which is what a PRP list can express; a dma_alignment of 3 (core.c). Only the first PRP entry
 * has an offset, a multiple of 4 (NVM Express Base Specification, "Physical Region Page Entry and List").
 */
export const nvmePrp: DeviceLimits = Object.freeze({
  virtualBoundaryBytes: 4096,
  maxSegments: 256,
  maxBytes: 8 * 2 ** 20,
  blockBytes: 512,
  dmaAlignmentBytes: 4,
});

/**
 * AHCI. Linux drivers/ata/ahci.h: AHCI_MAX_SG 168, AHCI_DMA_BOUNDARY 0xffffffff; include/linux/ata.h:
 * ATA_MAX_SECTORS_LBA48 65535 sectors in a command. An entry of the PRDT has an even address and an even number of bytes,
 * up to 4 MiB (Serial ATA AHCI 1.3.1, 4.2.3.3).
 */
export const ahci: DeviceLimits = Object.freeze({
  maxSegmentBytes: 4 * 2 ** 20,
  boundaryBytes: 2 ** 32,
  alignmentBytes: 2,
  maxSegments: 168,
  maxBytes: 65535 * 512,
  blockBytes: 512,
  dmaAlignmentBytes: 2,
});

/**
 * virtio-blk as QEMU offers it: hw/block/virtio-blk.c, a queue of 256, of which the request's header and status take two
 * (seg-max-adjust). A chain has at most 2^32 bytes (virtio, "Descriptor Table", driver requirements), of which header and
 * status take 17: a page is left for them. A descriptor's length is a u32: segments are the most whole pages below 4 GiB,
 * cut at pages. A device that has size_max or another seg_max says so in its configuration.
 */
export const virtioBlk: DeviceLimits = Object.freeze({
  maxSegmentBytes: 0xffff_f000,
  alignmentBytes: 4096,
  maxSegments: 254,
  maxBytes: 2 ** 32 - 4096,
  blockBytes: 512,
});

/**
 * RDMA with page lists, as nvme-rdma uses them. Linux drivers/nvme/host/rdma.c: NVME_RDMA_MAX_SEGMENTS 256 pages of 4096
 * bytes, and a virtual boundary of one page, which is what a page list can express (`ib_sg_to_pages`). A request that
 * starts inside a page has one page more, so page lists must hold 257, as nvme-rdma allocates them. Segments up to 2 GiB,
 * as mlx5 has them (drivers/net/ethernet/mellanox/mlx5/core/main.c).
 */
export const rdma: DeviceLimits = Object.freeze({
  maxSegmentBytes: 2 ** 31,
  virtualBoundaryBytes: 4096,
  maxSegments: 256,
  maxBytes: 2 ** 20,
});
