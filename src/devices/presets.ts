import type { DeviceLimits } from "../core/device-limits.js";

/*
 * Limits of devices, for `createMapper`, `requests`, `validate` and `stackLimits`. A real device may take less: what it
 * says of itself is to be stacked on them. Blocks of 512 bytes are a sector (Linux SECTOR_SIZE), what a device has that
 * says nothing of its logical blocks.
 */

/**
 * The limits of a block device that says nothing about itself. Linux include/linux/blkdev.h has BLK_MAX_SEGMENTS 128,
 * BLK_SAFE_MAX_SECTORS 255, BLK_MAX_SEGMENT_SIZE 65536 and BLK_SEG_BOUNDARY_MASK 0xffffffff; block/blk-settings.c
 * `blk_validate_limits` has logical blocks of 512 bytes and a dma_alignment of 511.
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
 * The limits of NVMe with PRP lists. Linux drivers/nvme/host/pci.c has NVME_MAX_BYTES 8 MiB, NVME_MAX_SEGS 256, and a
 * virtual boundary of NVME_CTRL_PAGE_SIZE 4096, which is what a PRP list can express; core.c has a dma_alignment of 3.
 * Only the first PRP entry has an offset, a multiple of 4 (NVM Express Base Specification, "Physical Region Page Entry
 * and List").
 */
export const nvmePrp: DeviceLimits = Object.freeze({
  virtualBoundaryBytes: 4096,
  maxSegments: 256,
  maxBytes: 8 * 2 ** 20,
  blockBytes: 512,
  dmaAlignmentBytes: 4,
});

/**
 * The limits of AHCI. Linux drivers/ata/ahci.h has AHCI_MAX_SG 168 and AHCI_DMA_BOUNDARY 0xffffffff;
 * include/linux/ata.h has ATA_MAX_SECTORS_LBA48 65535 sectors in a command. An entry of the PRDT has an even address
 * and an even number of bytes, up to 4 MiB (Serial ATA AHCI 1.3.1, 4.2.3.3).
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
 * The limits of virtio-blk as QEMU offers it. hw/block/virtio-blk.c has a queue of 256 descriptors, of which the
 * request's header and status take two (seg-max-adjust). A chain has at most 2^32 bytes (virtio, "Descriptor Table",
 * driver requirements), of which header and status take 17, so one page is left for them. A descriptor's length is a
 * u32, so a segment has at most the whole pages below 4 GiB, and is cut at pages. A device with size_max or another
 * seg_max says so in its configuration.
 */
export const virtioBlk: DeviceLimits = Object.freeze({
  maxSegmentBytes: 0xffff_f000,
  alignmentBytes: 4096,
  maxSegments: 254,
  maxBytes: 2 ** 32 - 4096,
  blockBytes: 512,
});

/**
 * The limits of RDMA with page lists, as nvme-rdma uses them. Linux drivers/nvme/host/rdma.c has NVME_RDMA_MAX_SEGMENTS
 * 256 pages of 4096 bytes, and a virtual boundary of one page, which is what a page list can express
 * (`ib_sg_to_pages`). A request that starts inside a page has one page more, so a page list must hold 257 pages, as
 * nvme-rdma allocates. Segments have up to 2 GiB, as in mlx5 (drivers/net/ethernet/mellanox/mlx5/core/main.c).
 */
export const rdma: DeviceLimits = Object.freeze({
  maxSegmentBytes: 2 ** 31,
  virtualBoundaryBytes: 4096,
  maxSegments: 256,
  maxBytes: 2 ** 20,
});
