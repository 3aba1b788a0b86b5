(module
 (type $0 (func (param i32 i32) (result i32)))
 (type $1 (func (param i32 i32 i32)))
 (type $2 (func (param i32) (result i32)))
 (type $3 (func (param i32)))
 (type $4 (func (param i32 i32 i32) (result i32)))
 (type $5 (func))
 (type $6 (func (param i32 i32 i32 i32 i32) (result i32)))
 (type $7 (func (param i32 i32 i32 i32) (result i32)))
 (type $8 (func (param i32 i32 i32 i32)))
 (type $9 (func (param i32 i64 i64 i64)))
 (type $10 (func (param i32 i64 i64)))
 (type $11 (func (param i32 i64 i64 i64) (result i32)))
 (type $12 (func (param i64 i64) (result i32)))
 (type $13 (func (param i32 i32) (result i64)))
 (type $14 (func (param i32 i32 i32 i64 i64 i32)))
 (type $15 (func (param i32 i32 i64 i64 i32) (result i32)))
 (type $16 (func (param i32 i32)))
 (type $17 (func (param i32 i32 i32 i32 i32 i32) (result i32)))
 (type $18 (func (param i32 i32 i32 i32 i32)))
 (import "env" "memory" (memory $0 1 65536))
 (global $assembly/ring-layout/RING_ABI i32 (i32.const 3))
 (global $assembly/checkpoint/copyHead (mut i32) (i32.const 0))
 (global $assembly/checkpoint/copyOutTail (mut i32) (i32.const 0))
 (global $assembly/checkpoint/copyFirst (mut i64) (i64.const 0))
 (global $assembly/checkpoint/copyLast (mut i64) (i64.const 0))
 (global $assembly/checkpoint/copyFlags (mut i32) (i32.const 0))
 (global $assembly/checkpoint/copyCheck (mut i32) (i32.const 0))
 (global $assembly/checkpoint/heldOutTail (mut i32) (i32.const 0))
 (global $assembly/checkpoint/heldFirst (mut i64) (i64.const 0))
 (global $assembly/checkpoint/heldLast (mut i64) (i64.const 0))
 (global $assembly/checkpoint/heldFlags (mut i32) (i32.const 0))
 (global $assembly/ring-state/input.at (mut i32) (i32.const 0))
 (global $assembly/ring-state/input.slots (mut i32) (i32.const 0))
 (global $assembly/ring-state/input.capacity (mut i32) (i32.const 0))
 (global $assembly/ring-state/input.generation (mut i32) (i32.const 0))
 (global $assembly/ring-state/input.recordLast (mut i64) (i64.const 0))
 (global $assembly/ring-state/input.addressLimit (mut i64) (i64.const 0))
 (global $assembly/ring-state/input.head (mut i32) (i32.const 0))
 (global $assembly/ring-state/output.at (mut i32) (i32.const 0))
 (global $assembly/ring-state/output.slots (mut i32) (i32.const 0))
 (global $assembly/ring-state/output.capacity (mut i32) (i32.const 0))
 (global $assembly/ring-state/output.generation (mut i32) (i32.const 0))
 (global $assembly/ring-state/output.head (mut i32) (i32.const 0))
 (global $assembly/ring-state/output.tail (mut i32) (i32.const 0))
 (global $assembly/ring-state/output.drop (mut i32) (i32.const 0))
 (global $assembly/ring-state/limits.maxLast (mut i64) (i64.const 0))
 (global $assembly/ring-state/limits.boundary (mut i64) (i64.const 0))
 (global $assembly/ring-state/limits.alignment (mut i64) (i64.const 0))
 (global $assembly/ring-state/limits.skipInvalid (mut i32) (i32.const 0))
 (global $assembly/ring-state/heldRun.first (mut i64) (i64.const 1))
 (global $assembly/ring-state/heldRun.last (mut i64) (i64.const 0))
 (global $assembly/ring-state/heldRun.kind (mut i64) (i64.const 0))
 (global $assembly/ring-state/heldRun.count (mut i32) (i32.const 0))
 (global $assembly/ring-state/heldRun.flushing (mut i32) (i32.const 0))
 (global $assembly/ring-state/heldRun.nextCopy (mut i32) (i32.const 0))
 (global $assembly/ring-state/work (mut i32) (i32.const 0))
 (global $assembly/ring-wake/kicked (mut i32) (i32.const 0))
 (global $assembly/ring-open/hash (mut i32) (i32.const 0))
 (global $assembly/ring-wait/vain (mut i32) (i32.const 0))
 (global $assembly/ring-wait/paused (mut i32) (i32.const 0))
 (export "RING_ABI" (global $assembly/ring-layout/RING_ABI))
 (export "open" (func $assembly/ring-open/open))
 (export "run" (func $assembly/ring-round/run))
 (func $assembly/ring-open/word (param $0 i32) (param $1 i32) (result i32)
  local.get $0
  local.get $1
  i32.add
  i32.load
  local.tee $0
  global.get $assembly/ring-open/hash
  i32.xor
  i32.const 16777619
  i32.mul
  global.set $assembly/ring-open/hash
  local.get $0
 )
 (func $assembly/ring-wake/kick (param $0 i32)
  (local $1 i32)
  local.get $0
  i32.load offset=4
  local.set $1
  local.get $0
  i32.const 0
  i32.store offset=4
  local.get $0
  local.get $0
  i32.load
  i32.const 1
  i32.add
  i32.store
  local.get $1
  local.get $1
  i32.const 2
  i32.eq
  i32.or
  if
   i32.const 256
   global.set $assembly/ring-wake/kicked
  end
 )
 (func $assembly/ring-stop/raise (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32)
  local.get $0
  i32.const 132
  i32.add
  i32.const 0
  local.get $2
  call $assembly/words/replaceWord
  i32.eqz
  if
   local.get $0
   local.get $3
   i32.store offset=136
   local.get $0
   i32.const 3
   i32.store offset=140
  end
  i32.const 0
  local.set $2
  loop $for-loop|0
   local.get $2
   i32.const 5
   i32.le_u
   if
    local.get $0
    i32.load offset=128
    local.tee $3
    local.get $1
    i32.ge_u
    local.get $3
    i32.const 1
    i32.sub
    i32.const 4
    i32.le_u
    i32.and
    if (result i32)
     i32.const 1
    else
     local.get $0
     i32.const 128
     i32.add
     local.get $3
     local.get $1
     call $assembly/words/replaceWord
     local.get $3
     i32.eq
    end
    i32.eqz
    if
     local.get $2
     i32.const 1
     i32.add
     local.set $2
     br $for-loop|0
    end
   end
  end
  local.get $0
  i32.const 512
  i32.add
  call $assembly/ring-wake/kick
  local.get $0
  i32.const 576
  i32.add
  call $assembly/ring-wake/kick
 )
 (func $assembly/ring-stop/poison (param $0 i32) (param $1 i32) (param $2 i32)
  local.get $0
  i32.const 5
  local.get $1
  local.get $2
  call $assembly/ring-stop/raise
  global.get $assembly/ring-state/output.at
  global.get $assembly/ring-state/input.at
  local.get $0
  global.get $assembly/ring-state/input.at
  i32.eq
  select
  i32.const 4
  i32.const 4
  local.get $2
  call $assembly/ring-stop/raise
 )
 (func $assembly/words/replaceWord (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  local.get $1
  local.get $0
  i32.load
  local.tee $1
  i32.eq
  if
   local.get $0
   local.get $2
   i32.store
  end
  local.get $1
 )
 (func $assembly/run/hold (param $0 i32) (param $1 i64) (param $2 i64) (param $3 i64)
  local.get $0
  local.get $1
  i64.store
  local.get $0
  local.get $2
  i64.store offset=8
  local.get $0
  local.get $3
  i64.store offset=16
  local.get $0
  i32.const 1
  i32.store offset=24
 )
 (func $assembly/run/emitRun (param $0 i32) (result i32)
  (local $1 i32)
  (local $2 i64)
  (local $3 i32)
  (local $4 i32)
  (local $5 i64)
  (local $6 i64)
  (local $7 i64)
  (local $8 i64)
  (local $9 i64)
  (local $10 i32)
  (local $11 i64)
  (local $12 i64)
  (local $13 i64)
  local.get $0
  i64.load offset=8
  local.set $6
  local.get $0
  i64.load offset=16
  local.set $5
  local.get $0
  i64.load offset=32
  local.set $7
  local.get $0
  i64.load offset=40
  i64.const -1
  i64.xor
  local.set $8
  local.get $0
  i64.load offset=48
  local.set $9
  local.get $0
  i32.load offset=84
  i32.const 0
  i32.ne
  local.tee $1
  if
   local.get $5
   i64.const 8589934592
   i64.and
   i64.eqz
   local.set $1
  end
  local.get $0
  i32.load offset=68
  local.set $10
  local.get $0
  i32.load offset=64
  local.set $3
  local.get $0
  i64.load
  local.set $2
  loop $while-continue|0
   local.get $3
   local.get $10
   i32.lt_u
   if
    block $while-break|0
     local.get $1
     if
      local.get $3
      local.get $2
      i64.store
      local.get $3
      local.get $6
      local.get $2
      i64.sub
      local.tee $12
      i64.const 1
      i64.add
      local.tee $11
      i64.const 32
      i64.shr_u
      local.tee $13
      i64.const 1
      i64.sub
      i64.const 4294967295
      i64.and
      local.get $5
      i64.const 68719476736
      i64.or
      i64.or
      local.get $5
      local.get $11
      i64.add
      local.get $12
      i64.const 4294967295
      i64.gt_u
      local.tee $4
      select
      i64.store offset=8
      local.get $3
      i32.const 16
      i32.add
      local.set $3
      local.get $11
      i32.wrap_i64
      i32.eqz
      local.get $4
      i32.eqz
      i32.or
      local.tee $4
      br_if $while-break|0
      local.get $2
      local.get $13
      i64.const 32
      i64.shl
      i64.add
      local.set $2
      br $while-continue|0
     end
     local.get $7
     local.get $8
     local.get $2
     local.get $8
     i64.and
     i64.sub
     local.tee $11
     local.get $7
     local.get $11
     i64.lt_u
     select
     local.tee $11
     local.get $6
     local.get $2
     i64.sub
     local.tee $12
     i64.ge_u
     local.set $4
     local.get $3
     local.get $2
     i64.store
     local.get $3
     local.get $12
     i64.const 1
     i64.add
     local.get $2
     local.get $11
     i64.add
     i64.const 1
     i64.add
     local.get $9
     i64.const -1
     i64.xor
     i64.and
     local.get $2
     i64.sub
     local.get $4
     select
     local.tee $11
     local.get $5
     i64.add
     i64.store offset=8
     local.get $3
     i32.const 16
     i32.add
     local.set $3
     local.get $4
     br_if $while-break|0
     local.get $2
     local.get $11
     i64.add
     local.set $2
     br $while-continue|0
    end
   end
  end
  local.get $0
  local.get $2
  i64.store
  local.get $0
  local.get $3
  i32.store offset=64
  local.get $4
  if
   local.get $0
   i32.const 0
   i32.store offset=24
  end
  local.get $4
 )
 (func $assembly/run/openOutput (param $0 i32) (param $1 i32) (param $2 i32)
  local.get $0
  local.get $1
  i32.store offset=64
  local.get $0
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  i32.store offset=68
 )
 (func $assembly/state/setBlockBits (param $0 i32) (param $1 i64) (param $2 i64)
  local.get $0
  local.get $1
  i64.store offset=88
  local.get $0
  local.get $2
  i64.store offset=96
 )
 (func $assembly/run/takeRange (param $0 i32) (param $1 i64) (param $2 i64) (param $3 i64) (result i32)
  local.get $0
  i32.load offset=24
  if
   local.get $3
   i64.const 8589934592
   i64.and
   i64.const 1
   local.get $1
   i64.const 0
   i64.ne
   if (result i32)
    local.get $0
    i64.load offset=8
    local.get $1
    i64.const 1
    i64.sub
    i64.eq
   else
    i32.const 0
   end
   if (result i32)
    local.get $3
    local.get $0
    i64.load offset=16
    i64.eq
   else
    i32.const 0
   end
   select
   i64.eqz
   if
    local.get $0
    local.get $2
    i64.store offset=8
    i32.const 1
    return
   end
   local.get $0
   call $assembly/run/emitRun
   i32.eqz
   if
    i32.const 0
    return
   end
  end
  local.get $0
  local.get $1
  local.get $2
  local.get $3
  call $assembly/run/hold
  i32.const 1
 )
 (func $assembly/ring-wait/pause
  (local $0 i32)
  (local $1 i32)
  global.get $assembly/ring-wait/paused
  local.set $0
  loop $for-loop|0
   local.get $1
   i32.const 240
   i32.lt_u
   if
    local.get $0
    i32.const 16777619
    i32.mul
    i32.const 1
    i32.add
    local.set $0
    local.get $1
    i32.const 1
    i32.add
    local.set $1
    br $for-loop|0
   end
  end
  local.get $0
  global.set $assembly/ring-wait/paused
 )
 (func $assembly/ring-take/withinLimits (param $0 i64) (param $1 i64) (result i32)
  local.get $1
  i64.const 8589934591
  i64.and
  i64.const 1
  i64.sub
  local.tee $1
  global.get $assembly/ring-state/input.recordLast
  i64.le_u
  local.get $0
  global.get $assembly/ring-state/input.addressLimit
  i64.le_u
  i32.and
  global.get $assembly/ring-state/input.addressLimit
  local.get $0
  i64.sub
  local.get $1
  i64.ge_u
  i32.and
 )
 (func $assembly/ring-take/copyRecords (param $0 i32) (param $1 i32) (param $2 i32)
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $2
  loop $for-loop|0
   local.get $1
   local.get $2
   i32.lt_u
   if
    local.get $0
    local.get $1
    v128.load
    v128.store
    local.get $1
    i32.const 16
    i32.add
    local.set $1
    local.get $0
    i32.const 16
    i32.add
    local.set $0
    br $for-loop|0
   end
  end
 )
 (func $assembly/ring-stop/checkedState (param $0 i32) (param $1 i32) (result i32)
  local.get $1
  i32.const 1
  i32.sub
  i32.const 4
  i32.le_u
  if
   local.get $1
   return
  end
  local.get $0
  i32.const 5
  i32.const 6
  local.get $1
  call $assembly/ring-stop/raise
  i32.const 5
 )
 (func $assembly/ring-open/long (param $0 i32) (param $1 i32) (result i64)
  local.get $0
  local.get $1
  call $assembly/ring-open/word
  i64.extend_i32_u
  local.get $0
  local.get $1
  i32.const 4
  i32.add
  call $assembly/ring-open/word
  i64.extend_i32_u
  i64.const 32
  i64.shl
  i64.or
 )
 (func $assembly/ring-commit/beat
  global.get $assembly/ring-state/input.at
  global.get $assembly/ring-state/input.at
  i32.load offset=392
  i32.const 1
  i32.add
  i32.store offset=392
  global.get $assembly/ring-state/output.at
  global.get $assembly/ring-state/output.at
  i32.load offset=264
  i32.const 1
  i32.add
  i32.store offset=264
 )
 (func $assembly/checkpoint/writeCheckpoint (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i64) (param $4 i64) (param $5 i32)
  local.get $0
  local.get $1
  i32.store
  local.get $0
  local.get $2
  i32.store offset=4
  local.get $0
  local.get $3
  i64.store offset=8
  local.get $0
  local.get $4
  i64.store offset=16
  local.get $0
  local.get $5
  i32.store offset=24
  local.get $0
  local.get $1
  local.get $2
  local.get $3
  local.get $4
  local.get $5
  call $assembly/checkpoint/checkOf
  i32.store offset=28
 )
 (func $assembly/checkpoint/checkOf (param $0 i32) (param $1 i32) (param $2 i64) (param $3 i64) (param $4 i32) (result i32)
  local.get $3
  i64.const 32
  i64.shr_u
  i32.wrap_i64
  local.get $3
  i32.wrap_i64
  local.get $2
  i64.const 32
  i64.shr_u
  i32.wrap_i64
  local.get $2
  i32.wrap_i64
  local.get $0
  i32.const -2128831035
  i32.xor
  i32.const 16777619
  i32.mul
  local.get $1
  i32.xor
  i32.const 16777619
  i32.mul
  i32.xor
  i32.const 16777619
  i32.mul
  i32.xor
  i32.const 16777619
  i32.mul
  i32.xor
  i32.const 16777619
  i32.mul
  i32.xor
  i32.const 16777619
  i32.mul
  local.get $4
  i32.xor
  i32.const 16777619
  i32.mul
 )
 (func $assembly/ahead/aheadOf (param $0 i32) (param $1 i32) (result i32)
  i32.const 2048
  i32.const 0
  local.get $1
  local.get $0
  i32.sub
  i32.const 2048
  i32.ge_u
  select
 )
 (func $assembly/ring-wait/sleep (param $0 i32)
  (local $1 i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  global.get $assembly/ring-state/input.at
  i32.const 256
  i32.add
  global.get $assembly/ring-state/output.at
  i32.const 384
  i32.add
  local.get $0
  i32.const 1
  i32.eq
  local.tee $1
  select
  local.set $4
  global.get $assembly/ring-state/input.head
  global.get $assembly/ring-state/output.head
  local.get $1
  select
  local.set $5
  global.get $assembly/ring-state/input.at
  i32.const 512
  i32.add
  global.get $assembly/ring-state/output.at
  i32.const 576
  i32.add
  local.get $1
  select
  local.set $2
  global.get $assembly/ring-wait/vain
  i32.const 4
  i32.lt_u
  local.tee $0
  i32.eqz
  if
   global.get $assembly/ring-wait/vain
   i32.const 15
   i32.and
   i32.eqz
   local.set $0
  end
  i32.const 200
  i32.const 2
  local.get $0
  select
  local.set $3
  loop $for-loop|0
   local.get $3
   if
    local.get $5
    local.get $4
    i32.load
    i32.ne
    if
     local.get $0
     if
      i32.const 0
      global.set $assembly/ring-wait/vain
     end
     return
    end
    call $assembly/ring-wait/pause
    local.get $3
    i32.const 1
    i32.sub
    local.set $3
    br $for-loop|0
   end
  end
  global.get $assembly/ring-wait/vain
  i32.const 1
  i32.add
  global.set $assembly/ring-wait/vain
  local.get $1
  if
   global.get $assembly/ring-state/input.at
   global.get $assembly/ring-state/input.at
   i32.load offset=396
   i32.const 1
   i32.add
   i32.store offset=396
  else
   global.get $assembly/ring-state/output.at
   global.get $assembly/ring-state/output.at
   i32.load offset=268
   i32.const 1
   i32.add
   i32.store offset=268
  end
  call $assembly/ring-commit/beat
  local.get $2
  i32.load
  drop
  local.get $2
  i32.const 1
  i32.store offset=4
  global.get $assembly/ring-state/input.at
  i32.load offset=128
  drop
  local.get $5
  local.get $4
  i32.load
  i32.eq
  if (result i32)
   global.get $assembly/ring-state/output.at
   i32.load offset=128
   i32.const 1
   i32.sub
   i32.const 3
   i32.lt_u
  else
   i32.const 0
  end
  drop
  local.get $2
  i32.const 0
  i32.store offset=4
 )
 (func $assembly/ring-take/plainRecords (param $0 i32) (result i32)
  (local $1 i32)
  (local $2 i32)
  (local $3 i64)
  global.get $assembly/ring-state/work
  i32.const 2976
  i32.add
  local.tee $1
  local.get $0
  i32.const 4
  i32.shl
  i32.add
  local.set $2
  global.get $assembly/ring-state/input.recordLast
  i64.const 4294967295
  i64.ne
  local.tee $0
  i32.eqz
  if
   global.get $assembly/ring-state/input.addressLimit
   i64.const -1
   i64.ne
   local.set $0
  end
  local.get $0
  i32.eqz
  if
   loop $while-continue|0
    local.get $1
    local.get $2
    i32.lt_u
    if
     local.get $1
     v128.load
     local.get $1
     v128.load offset=16
     v128.or
     local.get $1
     v128.load offset=32
     local.get $1
     v128.load offset=48
     v128.or
     v128.or
     v128.const i32x4 0x00000000 0x00000008 0x00000000 0x00000008
     v128.and
     i64x2.extract_lane 1
     i64.eqz
     if
      local.get $1
      i32.const -64
      i32.sub
      local.set $1
      br $while-continue|0
     end
    end
   end
  end
  loop $for-loop|1
   local.get $1
   local.get $2
   i32.lt_u
   if
    local.get $1
    i64.load offset=8
    local.tee $3
    i64.const 34359738368
    i64.and
    i64.const 0
    i64.ne
    if (result i32)
     i32.const 0
    else
     local.get $0
     if (result i32)
      local.get $1
      i64.load
      local.get $3
      call $assembly/ring-take/withinLimits
     else
      i32.const 1
     end
    end
    if
     local.get $1
     i32.const 16
     i32.add
     local.set $1
     br $for-loop|1
    end
   end
  end
  local.get $1
  local.get $2
  local.get $1
  local.get $2
  i32.lt_u
  select
  global.get $assembly/ring-state/work
  i32.sub
  i32.const 2976
  i32.sub
  i32.const 4
  i32.shr_u
 )
 (func $assembly/ring-round/take (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  (local $3 i64)
  (local $4 i64)
  (local $5 i32)
  (local $6 i64)
  (local $7 i32)
  (local $8 i32)
  (local $9 i32)
  local.get $0
  global.get $assembly/ring-state/input.capacity
  global.get $assembly/ring-state/input.head
  global.get $assembly/ring-state/input.capacity
  i32.const 1
  i32.sub
  i32.and
  local.tee $8
  i32.sub
  local.tee $7
  local.get $0
  local.get $7
  i32.lt_u
  select
  local.set $7
  global.get $assembly/ring-state/work
  i32.const 2976
  i32.add
  local.tee $9
  global.get $assembly/ring-state/input.slots
  local.get $8
  i32.const 4
  i32.shl
  i32.add
  local.get $7
  call $assembly/ring-take/copyRecords
  local.get $9
  local.get $7
  i32.const 4
  i32.shl
  i32.add
  global.get $assembly/ring-state/input.slots
  local.get $0
  local.get $7
  i32.sub
  call $assembly/ring-take/copyRecords
  local.get $0
  call $assembly/ring-take/plainRecords
  local.tee $7
  if (result i32)
   global.get $assembly/ring-state/work
   local.get $9
   local.get $7
   local.get $1
   local.get $2
   call $assembly/records/coalesceRecords
   global.get $assembly/ring-state/work
   i32.load offset=60
   i32.const 0
   i32.ne
   local.set $5
   global.get $assembly/ring-state/work
   i32.load offset=56
  else
   i32.const 0
  end
  local.tee $1
  local.get $7
  i32.eq
  local.get $0
  local.get $7
  i32.gt_u
  i32.and
  if
   local.get $1
   i32.const 1
   i32.add
   global.get $assembly/ring-state/work
   i32.const 2976
   i32.add
   local.get $7
   i32.const 4
   i32.shl
   i32.add
   local.tee $5
   i64.load
   local.set $3
   i32.const -1
   local.set $0
   block $__inlined_func$assembly/ring-take/takeSpecial$6
    local.get $5
    i64.load offset=8
    local.tee $4
    i64.const 34359738368
    i64.and
    i64.eqz
    br_if $__inlined_func$assembly/ring-take/takeSpecial$6
    local.get $3
    local.get $4
    i64.const 34359738368
    i64.xor
    i64.or
    i64.const 0
    i64.ne
    if
     local.get $4
     i64.const 1030792151040
     i64.and
     local.get $4
     i64.const 8589934591
     i64.and
     i64.const 1
     i64.sub
     local.tee $6
     i64.const 32
     i64.shr_u
     i64.or
     i64.const 0
     i64.ne
     local.get $3
     local.get $6
     i64.add
     local.get $3
     i64.lt_u
     i32.or
     if (result i32)
      i32.const 0
     else
      local.get $3
      local.get $4
      call $assembly/ring-take/withinLimits
     end
     i32.eqz
     br_if $__inlined_func$assembly/ring-take/takeSpecial$6
     i32.const 0
     local.set $0
     global.get $assembly/ring-state/work
     local.get $3
     local.get $3
     local.get $6
     i64.add
     local.get $4
     i64.const -42949672960
     i64.and
     call $assembly/run/takeRange
     i32.eqz
     br_if $__inlined_func$assembly/ring-take/takeSpecial$6
    end
    i32.const 1
    global.set $assembly/ring-state/heldRun.flushing
    i32.const 1
    local.set $0
   end
   local.get $0
   i32.const 0
   i32.lt_s
   local.set $5
   local.get $1
   local.get $0
   i32.const 0
   i32.gt_s
   select
   local.set $1
  end
  local.get $1
  i32.const -2147483648
  i32.or
  local.get $1
  local.get $5
  select
 )
 (func $assembly/ring-round/run (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  i32.const 0
  global.set $assembly/ring-wake/kicked
  global.get $assembly/ring-state/work
  local.set $5
  loop $for-loop|0
   local.get $4
   i32.const 16
   i32.lt_u
   if
    local.get $5
    local.get $4
    i32.const 4
    i32.shl
    i32.add
    local.set $2
    i32.const 0
    local.set $3
    loop $for-loop|1
     local.get $3
     i32.const 4
     i32.lt_u
     if
      local.get $4
      local.get $3
      i32.shr_u
      i32.const 1
      i32.and
      if
       local.get $2
       local.get $3
       i32.const 67372036
       i32.mul
       i32.const 50462976
       i32.add
       i32.store offset=128
       local.get $2
       i32.const 4
       i32.add
       local.set $2
      end
      local.get $3
      i32.const 1
      i32.add
      local.set $3
      br $for-loop|1
     end
    end
    local.get $4
    i32.const 1
    i32.add
    local.set $4
    br $for-loop|0
   end
  end
  loop $for-loop|00
   local.get $0
   if
    local.get $1
    call $assembly/ring-round/round
    local.tee $2
    if
     local.get $1
     i32.eqz
     local.get $2
     i32.const 3
     i32.ge_u
     i32.or
     if
      local.get $2
      global.get $assembly/ring-wake/kicked
      i32.or
      return
     end
     global.get $assembly/ring-wake/kicked
     if
      global.get $assembly/ring-wake/kicked
      return
     end
     local.get $2
     call $assembly/ring-wait/sleep
    end
    local.get $0
    i32.const 1
    i32.sub
    local.set $0
    br $for-loop|00
   end
  end
  global.get $assembly/ring-wake/kicked
 )
 (func $assembly/ring-round/round (param $0 i32) (result i32)
  (local $1 i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  (local $6 i32)
  global.get $assembly/ring-state/heldRun.flushing
  i32.const 1
  local.get $0
  select
  i32.eqz
  if
   block $__inlined_func$assembly/ring-round/whileMoreCome$105
    i32.const 509
    global.get $assembly/ring-state/input.capacity
    local.tee $0
    local.get $0
    i32.const 509
    i32.gt_u
    select
    local.set $5
    i32.const 0
    local.set $0
    i32.const 16
    local.set $3
    loop $for-loop|0
     local.get $3
     if
      local.get $0
      global.get $assembly/ring-state/input.at
      i32.load offset=256
      global.get $assembly/ring-state/input.head
      i32.sub
      local.tee $0
      i32.eq
      local.get $0
      local.get $5
      i32.ge_u
      i32.or
      br_if $__inlined_func$assembly/ring-round/whileMoreCome$105
      i32.const 0
      local.set $2
      loop $for-loop|00
       local.get $2
       i32.const 4
       i32.lt_u
       if
        call $assembly/ring-wait/pause
        local.get $2
        i32.const 1
        i32.add
        local.set $2
        br $for-loop|00
       end
      end
      local.get $3
      i32.const 1
      i32.sub
      local.set $3
      br $for-loop|0
     end
    end
   end
  end
  global.get $assembly/ring-state/input.at
  i32.load offset=128
  local.set $0
  global.get $assembly/ring-state/output.at
  i32.load offset=128
  local.set $2
  global.get $assembly/ring-state/input.generation
  global.get $assembly/ring-state/input.at
  i32.load offset=32
  i32.ne
  if (result i32)
   i32.const 1
  else
   global.get $assembly/ring-state/output.generation
   global.get $assembly/ring-state/output.at
   i32.load offset=32
   i32.ne
  end
  if
   i32.const 6
   return
  end
  global.get $assembly/ring-state/input.at
  local.get $0
  call $assembly/ring-stop/checkedState
  local.tee $0
  i32.const 4
  i32.ge_u
  local.tee $3
  global.get $assembly/ring-state/output.at
  local.get $2
  call $assembly/ring-stop/checkedState
  local.tee $2
  i32.const 4
  i32.ge_u
  i32.or
  if
   local.get $3
   if
    global.get $assembly/ring-state/output.at
    i32.const 4
    i32.const 4
    global.get $assembly/ring-state/input.head
    call $assembly/ring-stop/raise
   end
   local.get $2
   i32.const 4
   i32.ge_u
   if
    global.get $assembly/ring-state/input.at
    i32.const 4
    i32.const 4
    global.get $assembly/ring-state/output.tail
    call $assembly/ring-stop/raise
   end
   i32.const 5
   local.get $0
   local.get $2
   local.get $0
   local.get $2
   i32.gt_u
   select
   local.tee $0
   local.get $0
   i32.const 5
   i32.ge_u
   select
   return
  end
  global.get $assembly/ring-state/input.at
  i32.load offset=256
  global.get $assembly/ring-state/input.head
  i32.sub
  local.tee $3
  global.get $assembly/ring-state/input.capacity
  i32.gt_u
  if
   global.get $assembly/ring-state/input.at
   i32.const 1
   global.get $assembly/ring-state/input.head
   local.get $3
   i32.add
   call $assembly/ring-stop/poison
   i32.const 5
   return
  end
  global.get $assembly/ring-state/output.at
  i32.load offset=384
  global.set $assembly/ring-state/output.head
  global.get $assembly/ring-state/output.tail
  global.get $assembly/ring-state/output.head
  i32.sub
  local.tee $5
  global.get $assembly/ring-state/output.capacity
  i32.gt_u
  if
   global.get $assembly/ring-state/output.at
   i32.const 1
   global.get $assembly/ring-state/output.head
   call $assembly/ring-stop/poison
   i32.const 5
   return
  end
  local.get $3
  global.get $assembly/ring-state/input.at
  i32.load offset=480
  i32.gt_u
  if
   global.get $assembly/ring-state/input.at
   local.get $3
   i32.store offset=480
  end
  global.get $assembly/ring-state/heldRun.count
  i32.const 1
  local.get $0
  i32.const 2
  i32.ge_u
  local.get $3
  i32.eqz
  local.tee $0
  local.get $0
  select
  local.tee $6
  select
  i32.eqz
  if
   block $__inlined_func$assembly/ring-commit/finish$92 (result i32)
    global.get $assembly/ring-state/output.drop
    if
     global.get $assembly/ring-state/input.at
     i32.const 3
     global.get $assembly/ring-state/input.head
     call $assembly/ring-stop/poison
     i32.const 5
     br $__inlined_func$assembly/ring-commit/finish$92
    end
    global.get $assembly/ring-state/output.at
    i32.const 128
    i32.add
    i32.const 1
    i32.const 2
    call $assembly/words/replaceWord
    drop
    global.get $assembly/ring-state/output.at
    i32.const 512
    i32.add
    call $assembly/ring-wake/kick
    global.get $assembly/ring-state/input.at
    i32.const 128
    i32.add
    i32.const 2
    i32.const 3
    call $assembly/words/replaceWord
    drop
    global.get $assembly/ring-state/input.at
    i32.const 576
    i32.add
    call $assembly/ring-wake/kick
    i32.const 3
   end
   return
  end
  local.get $3
  global.get $assembly/ring-state/heldRun.flushing
  i32.or
  local.get $6
  i32.or
  i32.eqz
  if
   i32.const 1
   return
  end
  global.get $assembly/ring-state/work
  i32.const 11168
  i32.add
  local.set $0
  i32.const 64
  global.get $assembly/ring-state/output.drop
  local.tee $2
  local.get $2
  i32.const 64
  i32.ge_u
  select
  local.set $2
  global.get $assembly/ring-state/output.drop
  i32.eqz
  if
   global.get $assembly/ring-state/output.slots
   global.get $assembly/ring-state/output.tail
   global.get $assembly/ring-state/output.capacity
   i32.const 1
   i32.sub
   i32.and
   local.tee $2
   i32.const 4
   i32.shl
   i32.add
   local.set $0
   global.get $assembly/ring-state/output.capacity
   local.get $5
   i32.sub
   local.tee $5
   global.get $assembly/ring-state/output.capacity
   local.get $2
   i32.sub
   local.tee $2
   local.get $2
   local.get $5
   i32.gt_u
   select
   local.set $2
  end
  global.get $assembly/ring-state/work
  global.get $assembly/ring-state/heldRun.first
  i64.store
  global.get $assembly/ring-state/work
  global.get $assembly/ring-state/heldRun.last
  i64.store offset=8
  global.get $assembly/ring-state/work
  global.get $assembly/ring-state/heldRun.kind
  i64.store offset=16
  global.get $assembly/ring-state/work
  global.get $assembly/ring-state/heldRun.count
  i32.store offset=24
  global.get $assembly/ring-state/work
  local.tee $5
  global.get $assembly/ring-state/limits.maxLast
  i64.store offset=32
  local.get $5
  global.get $assembly/ring-state/limits.boundary
  i64.store offset=40
  local.get $5
  global.get $assembly/ring-state/limits.alignment
  i64.store offset=48
  local.get $5
  i32.const 0
  i32.store offset=28
  local.get $5
  i32.const 0
  i32.store offset=84
  global.get $assembly/ring-state/work
  local.get $0
  local.get $2
  call $assembly/run/openOutput
  i32.const 1
  local.get $6
  global.get $assembly/ring-state/heldRun.flushing
  select
  if
   global.get $assembly/ring-state/work
   local.tee $3
   local.get $0
   local.get $2
   call $assembly/run/openOutput
   local.get $3
   i32.load offset=24
   if
    local.get $3
    call $assembly/run/emitRun
    drop
   end
   local.get $3
   i32.load offset=64
   drop
   global.get $assembly/ring-state/work
   i32.load offset=24
   i32.eqz
   if
    i32.const 0
    global.set $assembly/ring-state/heldRun.flushing
   end
  else
   i32.const 509
   local.get $3
   local.get $3
   i32.const 509
   i32.ge_u
   select
   local.get $0
   local.get $2
   call $assembly/ring-round/take
   local.tee $2
   i32.const 2147483647
   i32.and
   local.set $1
   local.get $2
   i32.const -2147483648
   i32.and
   i32.const 0
   i32.ne
   local.set $4
  end
  global.get $assembly/ring-state/work
  i32.load offset=64
  local.get $0
  i32.sub
  i32.const 4
  i32.shr_u
  local.set $2
  global.get $assembly/ring-state/work
  i64.load
  global.set $assembly/ring-state/heldRun.first
  global.get $assembly/ring-state/work
  i64.load offset=8
  global.set $assembly/ring-state/heldRun.last
  global.get $assembly/ring-state/work
  i64.load offset=16
  global.set $assembly/ring-state/heldRun.kind
  global.get $assembly/ring-state/work
  i32.load offset=24
  global.set $assembly/ring-state/heldRun.count
  global.get $assembly/ring-state/limits.skipInvalid
  i32.const 0
  local.get $4
  select
  if
   global.get $assembly/ring-state/input.at
   global.get $assembly/ring-state/input.at
   i32.load offset=400
   i32.const 1
   i32.add
   i32.store offset=400
   global.get $assembly/ring-state/input.at
   global.get $assembly/ring-state/input.head
   local.get $1
   i32.add
   i32.store offset=404
   local.get $1
   i32.const 1
   i32.add
   local.set $1
  end
  global.get $assembly/ring-state/heldRun.flushing
  i32.eqz
  local.tee $0
  if
   global.get $assembly/ring-state/heldRun.count
   i32.eqz
   local.set $0
  end
  i32.const 1
  local.get $2
  local.get $1
  select
  if
   local.get $1
   local.get $2
   call $assembly/ring-commit/commit
  end
  global.get $assembly/ring-state/limits.skipInvalid
  i32.eqz
  local.get $4
  i32.and
  if
   global.get $assembly/ring-state/input.at
   i32.const 2
   global.get $assembly/ring-state/input.head
   call $assembly/ring-stop/poison
   i32.const 5
   return
  end
  i32.const 0
  i32.const 2
  i32.const 1
  local.get $0
  i32.const 1
  local.get $2
  local.get $1
  select
  select
  select
 )
 (func $assembly/ring-open/open (param $0 i32) (param $1 i32) (result i32)
  (local $2 i64)
  i32.const -2128831035
  global.set $assembly/ring-open/hash
  local.get $0
  i32.const 0
  call $assembly/ring-open/word
  global.set $assembly/ring-state/input.at
  local.get $0
  i32.const 4
  call $assembly/ring-open/word
  global.set $assembly/ring-state/input.slots
  local.get $0
  i32.const 8
  call $assembly/ring-open/word
  global.set $assembly/ring-state/input.capacity
  local.get $0
  i32.const 12
  call $assembly/ring-open/word
  global.set $assembly/ring-state/output.at
  local.get $0
  i32.const 16
  call $assembly/ring-open/word
  global.set $assembly/ring-state/output.slots
  local.get $0
  i32.const 20
  call $assembly/ring-open/word
  global.set $assembly/ring-state/output.capacity
  local.get $0
  i32.const 24
  call $assembly/ring-open/word
  global.set $assembly/ring-state/work
  local.get $0
  i32.const 28
  call $assembly/ring-open/word
  i64.extend_i32_u
  global.set $assembly/ring-state/input.recordLast
  local.get $0
  i32.const 32
  call $assembly/ring-open/long
  global.set $assembly/ring-state/input.addressLimit
  local.get $0
  i32.const 40
  call $assembly/ring-open/long
  global.set $assembly/ring-state/limits.boundary
  local.get $0
  i32.const 48
  call $assembly/ring-open/word
  i64.extend_i32_u
  global.set $assembly/ring-state/limits.maxLast
  local.get $0
  i32.const 52
  call $assembly/ring-open/word
  i64.extend_i32_u
  global.set $assembly/ring-state/limits.alignment
  local.get $0
  i32.const 56
  call $assembly/ring-open/word
  i32.const 0
  i32.ne
  global.set $assembly/ring-state/limits.skipInvalid
  global.get $assembly/ring-open/hash
  local.get $1
  i32.ne
  if
   i32.const 7
   return
  end
  global.get $assembly/ring-state/input.at
  i32.load offset=32
  global.set $assembly/ring-state/input.generation
  global.get $assembly/ring-state/output.at
  i32.load offset=32
  global.set $assembly/ring-state/output.generation
  global.get $assembly/ring-state/input.at
  i32.load offset=384
  global.set $assembly/ring-state/input.head
  global.get $assembly/ring-state/output.at
  i32.load offset=256
  global.set $assembly/ring-state/output.tail
  global.get $assembly/ring-state/work
  i32.const 0
  i32.const 2976
  memory.fill
  block $__inlined_func$assembly/ring-open/resume$1 (result i32)
   global.get $assembly/ring-state/input.at
   i32.const 416
   i32.add
   global.get $assembly/ring-state/input.head
   global.get $assembly/ring-state/output.tail
   global.get $assembly/ring-state/output.capacity
   call $assembly/checkpoint/chooseCheckpoint
   local.tee $0
   i32.const 3
   i32.eq
   if
    global.get $assembly/ring-state/input.at
    i32.const 3
    global.get $assembly/ring-state/input.head
    call $assembly/ring-stop/poison
    i32.const 5
    br $__inlined_func$assembly/ring-open/resume$1
   end
   i32.const 0
   global.set $assembly/ring-state/output.drop
   i32.const 0
   global.set $assembly/ring-state/heldRun.count
   i32.const 0
   global.set $assembly/ring-state/heldRun.flushing
   local.get $0
   i32.const 2
   i32.eq
   if
    global.get $assembly/ring-state/input.at
    i32.const 416
    i32.add
    global.get $assembly/ring-state/input.head
    global.get $assembly/ring-state/output.tail
    i64.const 1
    i64.const 0
    i32.const 0
    call $assembly/checkpoint/writeCheckpoint
    i32.const 1
    global.set $assembly/ring-state/heldRun.nextCopy
    i32.const 0
    br $__inlined_func$assembly/ring-open/resume$1
   end
   local.get $0
   i32.const 1
   i32.xor
   global.set $assembly/ring-state/heldRun.nextCopy
   global.get $assembly/ring-state/output.tail
   global.get $assembly/checkpoint/heldOutTail
   i32.sub
   global.set $assembly/ring-state/output.drop
   global.get $assembly/checkpoint/heldFirst
   global.set $assembly/ring-state/heldRun.first
   global.get $assembly/checkpoint/heldLast
   global.set $assembly/ring-state/heldRun.last
   global.get $assembly/checkpoint/heldFlags
   i64.extend_i32_u
   i64.const 32
   i64.shl
   local.tee $2
   i64.const -1073741824000
   i64.and
   global.set $assembly/ring-state/heldRun.kind
   global.get $assembly/ring-state/heldRun.first
   global.get $assembly/ring-state/heldRun.last
   i64.le_u
   global.set $assembly/ring-state/heldRun.count
   local.get $2
   i64.const 34359738368
   i64.and
   i64.const 0
   i64.ne
   global.set $assembly/ring-state/heldRun.flushing
   i32.const 0
  end
 )
 (func $assembly/ring-commit/commit (param $0 i32) (param $1 i32)
  (local $2 i32)
  (local $3 i32)
  global.get $assembly/ring-state/output.drop
  local.get $1
  global.get $assembly/ring-state/output.drop
  local.tee $2
  local.get $1
  local.get $2
  i32.lt_u
  select
  local.tee $3
  i32.sub
  global.set $assembly/ring-state/output.drop
  global.get $assembly/ring-state/input.at
  i32.const 416
  i32.add
  global.get $assembly/ring-state/heldRun.nextCopy
  i32.const 5
  i32.shl
  i32.add
  global.get $assembly/ring-state/input.head
  local.get $0
  i32.add
  local.tee $2
  local.get $1
  local.get $3
  i32.sub
  local.tee $1
  global.get $assembly/ring-state/output.tail
  i32.add
  local.tee $3
  global.get $assembly/ring-state/output.drop
  i32.sub
  global.get $assembly/ring-state/heldRun.first
  i64.const 1
  global.get $assembly/ring-state/heldRun.count
  select
  global.get $assembly/ring-state/heldRun.last
  i64.const 0
  global.get $assembly/ring-state/heldRun.count
  select
  global.get $assembly/ring-state/heldRun.kind
  i64.const 32
  i64.shr_u
  i32.wrap_i64
  i32.const 8
  i32.const 0
  global.get $assembly/ring-state/heldRun.flushing
  select
  i32.or
  call $assembly/checkpoint/writeCheckpoint
  global.get $assembly/ring-state/heldRun.nextCopy
  i32.const 1
  i32.xor
  global.set $assembly/ring-state/heldRun.nextCopy
  local.get $3
  global.get $assembly/ring-state/output.tail
  i32.lt_u
  if
   global.get $assembly/ring-state/output.at
   global.get $assembly/ring-state/output.at
   i32.load offset=260
   i32.const 1
   i32.add
   i32.store offset=260
  end
  local.get $2
  global.get $assembly/ring-state/input.head
  i32.lt_u
  if
   global.get $assembly/ring-state/input.at
   global.get $assembly/ring-state/input.at
   i32.load offset=388
   i32.const 1
   i32.add
   i32.store offset=388
  end
  local.get $3
  global.set $assembly/ring-state/output.tail
  local.get $2
  global.set $assembly/ring-state/input.head
  call $assembly/ring-commit/beat
  local.get $1
  if
   global.get $assembly/ring-state/output.at
   global.get $assembly/ring-state/output.tail
   i32.store offset=256
   global.get $assembly/ring-state/output.at
   i32.const 512
   i32.add
   local.tee $1
   i32.load offset=4
   if
    local.get $1
    call $assembly/ring-wake/kick
   end
  end
  local.get $0
  if
   global.get $assembly/ring-state/input.at
   global.get $assembly/ring-state/input.head
   i32.store offset=384
   global.get $assembly/ring-state/input.at
   i32.const 576
   i32.add
   local.tee $0
   i32.load offset=4
   if
    local.get $0
    call $assembly/ring-wake/kick
   end
  end
 )
 (func $assembly/records/emitPlain (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (result i32)
  (local $6 i64)
  (local $7 i32)
  (local $8 i32)
  (local $9 i32)
  local.get $4
  i32.const 2048
  i32.add
  local.tee $4
  i32.const -8192
  i32.sub
  local.tee $8
  local.get $5
  local.get $5
  local.get $8
  i32.gt_u
  select
  local.set $8
  local.get $0
  i32.load offset=64
  local.set $5
  local.get $1
  i64.load
  local.set $6
  loop $for-loop|0
   local.get $2
   local.get $3
   i32.lt_u
   if
    local.get $2
    i32.load
    local.set $1
    local.get $5
    local.get $6
    i64.store
    local.get $5
    local.get $1
    i32.const 8
    i32.sub
    i64.load
    local.get $1
    i32.const 16
    i32.sub
    i64.load
    local.get $6
    i64.sub
    i64.add
    i64.store offset=8
    local.get $1
    i64.load
    local.set $6
    local.get $5
    i32.const 16
    i32.add
    local.set $5
    local.get $8
    local.get $4
    i32.const 128
    i32.add
    local.tee $9
    i32.ge_u
    if
     local.get $7
     local.get $4
     i32.load8_u
     local.get $4
     i32.load8_u offset=64
     i32.or
     i32.or
     local.set $7
     local.get $9
     local.set $4
    end
    local.get $2
    i32.const 4
    i32.add
    local.set $2
    br $for-loop|0
   end
  end
  local.get $0
  local.get $5
  i32.store offset=64
  local.get $0
  local.get $7
  i32.store offset=80
  local.get $1
 )
 (func $assembly/records/emitBlock (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (result i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i64)
  (local $8 i32)
  (local $9 i64)
  (local $10 i32)
  (local $11 i64)
  (local $12 i32)
  (local $13 i32)
  (local $14 i64)
  (local $15 i64)
  (local $16 i64)
  (local $17 i64)
  (local $18 i32)
  (local $19 i32)
  (local $20 i32)
  local.get $0
  i64.load offset=32
  local.set $16
  local.get $0
  i32.load offset=68
  local.set $18
  local.get $0
  i64.load offset=40
  local.tee $14
  i64.eqz
  local.get $0
  i64.load offset=96
  i64.const 0
  i64.ge_s
  local.tee $10
  local.get $10
  select
  local.tee $12
  if
   local.get $2
   i64.extend_i32_u
   local.get $0
   i64.load offset=88
   i64.const 1
   i64.add
   i64.mul
   i64.const 1
   i64.sub
   local.get $16
   i64.le_u
   local.set $12
  end
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $13
  local.get $0
  i32.const 384
  i32.add
  local.tee $20
  local.get $3
  i32.const 2
  i32.shl
  i32.add
  local.set $19
  local.get $1
  local.tee $6
  i64.load
  local.set $11
  local.get $0
  i32.load offset=64
  local.tee $5
  local.set $8
  local.get $0
  i64.load
  local.tee $9
  local.set $7
  local.get $14
  i64.eqz
  local.get $2
  local.get $3
  i32.eq
  local.get $16
  i64.const 4294967295
  i64.eq
  i32.and
  i32.and
  if
   local.get $0
   call $assembly/run/emitRun
   i32.eqz
   if
    local.get $6
    i32.const 16
    i32.add
    return
   end
   local.get $10
   local.get $13
   local.get $1
   i32.const 16
   i32.add
   local.tee $6
   i32.sub
   local.get $18
   local.get $0
   i32.load offset=64
   local.tee $5
   i32.sub
   i32.le_u
   i32.and
   if (result i32)
    local.get $5
    local.set $2
    local.get $6
    local.set $3
    loop $for-loop|0
     local.get $3
     i32.const -64
     i32.sub
     local.tee $10
     local.get $13
     i32.le_u
     if
      local.get $2
      local.get $3
      v128.load
      v128.store
      local.get $2
      local.get $3
      v128.load offset=16
      v128.store offset=16
      local.get $2
      local.get $3
      v128.load offset=32
      v128.store offset=32
      local.get $2
      local.get $3
      v128.load offset=48
      v128.store offset=48
      local.get $2
      i32.const -64
      i32.sub
      local.set $2
      local.get $10
      local.set $3
      br $for-loop|0
     end
    end
    loop $for-loop|1
     local.get $3
     local.get $13
     i32.lt_u
     if
      local.get $2
      local.get $3
      v128.load
      v128.store
      local.get $2
      i32.const 16
      i32.add
      local.set $2
      local.get $3
      i32.const 16
      i32.add
      local.set $3
      br $for-loop|1
     end
    end
    local.get $5
    local.get $13
    local.get $6
    i32.sub
    i32.add
    local.set $5
    local.get $13
    local.set $6
    local.get $19
   else
    local.get $20
    i32.const 4
    i32.add
   end
   local.set $20
   local.get $6
   i64.load
   local.tee $9
   local.set $11
  end
  block $folding-inner0
   loop $while-continue|0
    local.get $19
    local.get $20
    i32.gt_u
    if
     local.get $11
     local.get $20
     i32.load
     local.tee $2
     i32.const 16
     i32.sub
     i64.load
     local.tee $17
     local.get $2
     i32.const 8
     i32.sub
     i64.load
     local.tee $11
     i64.const 8589934591
     i64.and
     i64.add
     i64.const 1
     i64.sub
     local.tee $15
     i64.gt_u
     br_if $folding-inner0
     local.get $15
     local.get $9
     local.tee $7
     i64.xor
     local.get $14
     i64.and
     i64.const 0
     i64.ne
     local.get $15
     local.get $9
     i64.sub
     local.get $16
     i64.gt_u
     i32.or
     local.get $5
     local.tee $8
     local.get $18
     i32.eq
     i32.or
     if (result i32)
      local.get $0
      local.get $9
      local.get $15
      local.get $11
      i64.const -8589934592
      i64.and
      call $assembly/run/hold
      local.get $0
      local.get $5
      i32.store offset=64
      local.get $0
      call $assembly/run/emitRun
      i32.eqz
      if
       local.get $2
       return
      end
      local.get $0
      i32.load offset=64
     else
      local.get $8
      local.get $7
      i64.store
      local.get $8
      local.get $17
      local.get $7
      i64.sub
      local.get $11
      i64.add
      i64.store offset=8
      local.get $8
      i32.const 16
      i32.add
     end
     local.set $5
     local.get $2
     local.tee $6
     i64.load
     local.tee $9
     local.set $11
     local.get $18
     local.get $5
     i32.sub
     local.get $19
     local.get $20
     i32.const 4
     i32.add
     local.tee $20
     i32.sub
     i32.const 2
     i32.shl
     i32.ge_u
     i32.const 0
     local.get $12
     select
     if
      local.get $0
      local.get $5
      i32.store offset=64
      local.get $0
      local.get $6
      local.get $20
      local.get $19
      local.get $13
      local.get $4
      call $assembly/records/emitPlain
      local.set $6
      local.get $20
      local.get $0
      i32.load offset=64
      local.get $5
      i32.sub
      i32.const 2
      i32.shr_u
      i32.add
      local.set $20
      local.get $6
      i64.load
      local.tee $9
      local.set $11
      local.get $0
      i32.load offset=64
      local.set $5
     end
     br $while-continue|0
    end
   end
   local.get $11
   local.get $13
   i64.load
   local.get $13
   i64.load offset=8
   local.tee $14
   i64.const 8589934591
   i64.and
   i64.add
   i64.const 1
   i64.sub
   local.tee $11
   i64.gt_u
   br_if $folding-inner0
   local.get $0
   local.get $9
   local.get $11
   local.get $14
   i64.const -8589934592
   i64.and
   call $assembly/run/hold
   local.get $0
   local.get $5
   i32.store offset=64
   local.get $13
   i32.const 16
   i32.add
   return
  end
  block $__inlined_func$assembly/records/exactFrom$3
   local.get $1
   local.get $6
   i32.lt_u
   if
    local.get $6
    i64.load
    local.tee $9
    local.get $9
    local.get $6
    i64.load offset=8
    i64.const 8589934591
    i64.and
    i64.add
    i64.const 1
    i64.sub
    i64.le_u
    if
     local.get $0
     local.get $5
     i32.store offset=64
     local.get $0
     i32.const 0
     i32.store offset=24
     br $__inlined_func$assembly/records/exactFrom$3
    end
    local.get $8
    local.set $5
    local.get $7
    local.set $9
    local.get $6
    i32.const 16
    i32.sub
    local.set $1
   end
   local.get $0
   local.get $5
   i32.store offset=64
   local.get $0
   local.get $9
   local.get $1
   i64.load
   local.get $1
   i64.load offset=8
   local.tee $7
   i64.const 8589934591
   i64.and
   i64.add
   i64.const 1
   i64.sub
   local.get $7
   i64.const -8589934592
   i64.and
   call $assembly/run/hold
   local.get $1
   i32.const 16
   i32.add
   local.set $6
  end
  local.get $6
 )
 (func $assembly/records/coalesceRecords (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i64)
  (local $8 i64)
  (local $9 i32)
  (local $10 i32)
  (local $11 i64)
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $5
  local.get $0
  i32.const 0
  i32.store offset=60
  local.get $0
  local.get $3
  local.get $4
  call $assembly/run/openOutput
  local.get $1
  local.set $2
  loop $while-continue|0
   local.get $2
   local.get $5
   i32.lt_u
   if
    block $while-break|0
     i32.const 512
     local.get $5
     local.get $2
     i32.sub
     i32.const 4
     i32.shr_u
     i32.const -4
     i32.and
     local.tee $3
     local.get $3
     i32.const 512
     i32.ge_u
     select
     local.tee $6
     i32.const 0
     local.get $10
     select
     if
      local.get $2
      local.get $6
      i32.const 4
      i32.shl
      i32.add
      local.set $4
      local.get $2
      i32.const 16
      i32.sub
      local.set $9
      local.get $0
      i32.load offset=72
      i32.const 5
      i32.shl
      local.get $6
      i32.le_u
      local.set $3
      local.get $0
      i32.load offset=76
      if (result i32)
       i32.const -1
      else
       local.get $0
       local.get $9
       local.get $6
       local.get $5
       local.get $3
       call $assembly/breaks/noteBreaksOfKind
      end
      local.tee $3
      i32.const 0
      i32.lt_s
      if
       local.get $0
       local.get $9
       local.get $6
       local.get $5
       call $assembly/breaks/noteBreaksMixed
       local.set $3
      end
      local.get $3
      i32.const 0
      i32.ge_s
      if
       local.get $0
       local.get $3
       i32.store offset=72
      end
      local.get $3
      i32.const 0
      i32.ge_s
      if
       local.get $4
       local.get $0
       local.get $9
       local.get $6
       local.get $3
       local.get $5
       call $assembly/records/emitBlock
       local.tee $2
       i32.eq
       br_if $while-continue|0
       local.get $0
       i32.load offset=64
       local.get $0
       i32.load offset=68
       i32.eq
       br_if $while-break|0
      end
     else
      local.get $2
      i32.const 16
      i32.add
      local.get $5
      local.get $6
      select
      local.set $4
     end
     i32.const 0
     local.set $3
     loop $while-continue|1
      local.get $2
      local.get $4
      i32.lt_u
      if
       local.get $2
       i64.load
       local.set $7
       i32.const 1
       local.set $3
       block $__inlined_func$assembly/records/takeRecord$4
        local.get $2
        i64.load offset=8
        local.tee $8
        i64.const 1065151889408
        i64.and
        i64.const 1
        local.get $8
        i64.const 8589934591
        i64.and
        i64.eqz
        if (result i32)
         local.get $0
         i32.load offset=28
        else
         i32.const 0
        end
        select
        i64.eqz
        br_if $__inlined_func$assembly/records/takeRecord$4
        local.get $8
        i64.const 1073741823999
        i64.and
        i64.const 1
        i64.sub
        local.tee $11
        i64.const 32
        i64.shr_u
        i64.eqz
        local.get $7
        local.get $11
        i64.add
        local.get $7
        i64.ge_u
        i32.and
        i32.eqz
        if
         local.get $0
         i32.const 1
         i32.store offset=60
         i32.const 2
         local.set $3
         br $__inlined_func$assembly/records/takeRecord$4
        end
        i32.const 0
        i32.const 2
        local.get $0
        local.get $7
        local.get $7
        local.get $8
        i64.const 8589934591
        i64.and
        i64.add
        i64.const 1
        i64.sub
        local.get $8
        i64.const -8589934592
        i64.and
        call $assembly/run/takeRange
        select
        local.set $3
       end
       local.get $3
       i32.const 2
       i32.ne
       if
        local.get $2
        i32.const 16
        i32.add
        local.set $2
        br $while-continue|1
       end
      end
     end
     local.get $3
     i32.const 2
     i32.eq
     br_if $while-break|0
     local.get $3
     i32.eqz
     local.set $10
     br $while-continue|0
    end
   end
  end
  local.get $0
  local.get $2
  local.get $1
  i32.sub
  i32.const 4
  i32.shr_u
  i32.store offset=56
  local.get $0
  i32.load offset=64
  drop
 )
 (func $assembly/checkpoint/chooseCheckpoint (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (result i32)
  (local $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  i32.const 3
  local.set $4
  loop $for-loop|0
   local.get $5
   i32.const 2
   i32.lt_u
   if
    local.get $0
    local.get $5
    i32.const 5
    i32.shl
    i32.add
    local.tee $7
    i32.load
    global.set $assembly/checkpoint/copyHead
    local.get $7
    i32.load offset=4
    global.set $assembly/checkpoint/copyOutTail
    local.get $7
    i64.load offset=8
    global.set $assembly/checkpoint/copyFirst
    local.get $7
    i64.load offset=16
    global.set $assembly/checkpoint/copyLast
    local.get $7
    i32.load offset=24
    global.set $assembly/checkpoint/copyFlags
    local.get $7
    i32.load offset=28
    global.set $assembly/checkpoint/copyCheck
    i32.const 1
    local.get $6
    global.get $assembly/checkpoint/copyLast
    global.get $assembly/checkpoint/copyFirst
    global.get $assembly/checkpoint/copyCheck
    global.get $assembly/checkpoint/copyFlags
    global.get $assembly/checkpoint/copyHead
    global.get $assembly/checkpoint/copyOutTail
    i32.or
    i32.or
    i32.or
    i64.extend_i32_u
    i64.or
    i64.or
    i64.eqz
    select
    local.set $6
    global.get $assembly/checkpoint/copyHead
    local.get $1
    i32.eq
    global.get $assembly/checkpoint/copyHead
    global.get $assembly/checkpoint/copyOutTail
    global.get $assembly/checkpoint/copyFirst
    global.get $assembly/checkpoint/copyLast
    global.get $assembly/checkpoint/copyFlags
    call $assembly/checkpoint/checkOf
    global.get $assembly/checkpoint/copyCheck
    i32.eq
    i32.and
    local.get $2
    global.get $assembly/checkpoint/copyOutTail
    i32.sub
    local.tee $7
    local.get $3
    i32.le_u
    i32.and
    if
     local.get $5
     local.set $4
     global.get $assembly/checkpoint/copyOutTail
     global.set $assembly/checkpoint/heldOutTail
     global.get $assembly/checkpoint/copyFirst
     global.set $assembly/checkpoint/heldFirst
     global.get $assembly/checkpoint/copyLast
     global.set $assembly/checkpoint/heldLast
     global.get $assembly/checkpoint/copyFlags
     global.set $assembly/checkpoint/heldFlags
     local.get $7
     local.set $3
    end
    local.get $5
    i32.const 1
    i32.add
    local.set $5
    br $for-loop|0
   end
  end
  i32.const 2
  local.get $4
  local.get $6
  local.get $4
  i32.const 3
  i32.eq
  i32.and
  select
 )
 (func $assembly/breaks/noteBreaksOfKind (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (result i32)
  (local $5 i32)
  (local $6 v128)
  (local $7 v128)
  (local $8 i32)
  (local $9 v128)
  (local $10 v128)
  (local $11 i32)
  (local $12 i32)
  (local $13 i32)
  (local $14 v128)
  (local $15 v128)
  (local $16 i32)
  (local $17 i64)
  (local $18 i32)
  (local $19 i32)
  (local $20 v128)
  (local $21 v128)
  (local $22 v128)
  (local $23 v128)
  (local $24 v128)
  (local $25 v128)
  (local $26 v128)
  local.get $1
  i64.load offset=8
  local.tee $17
  i64.const 8589934592
  i64.and
  i64.const 0
  i64.ne
  if
   i32.const -1
   return
  end
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.tee $8
  i64.load offset=8
  i64x2.splat
  local.get $17
  i64.const -8589934592
  i64.and
  i64.const 1
  i64.add
  i64x2.splat
  local.tee $10
  i64x2.sub
  local.set $9
  local.get $8
  local.get $3
  call $assembly/ahead/aheadOf
  local.set $16
  local.get $0
  i32.const 2448
  i32.add
  local.tee $5
  local.set $11
  local.get $4
  if
   local.get $1
   local.set $2
   loop $for-loop|0
    local.get $2
    local.get $8
    i32.lt_u
    if
     local.get $12
     local.get $2
     local.get $16
     i32.add
     i32.load8_u
     i32.or
     local.set $12
     local.get $9
     local.get $2
     v128.load
     local.tee $6
     local.get $2
     v128.load offset=16
     local.tee $7
     i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
     local.get $10
     i64x2.sub
     local.tee $14
     local.get $2
     v128.load offset=32
     local.tee $20
     local.get $2
     v128.load offset=48
     local.tee $21
     i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
     local.get $10
     i64x2.sub
     local.tee $22
     v128.or
     v128.or
     local.set $9
     local.get $7
     local.get $20
     i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
     local.get $6
     local.get $7
     i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
     local.get $14
     i64x2.add
     i64x2.sub
     v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
     i64x2.eq
     local.get $21
     local.get $2
     v128.load offset=64
     i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
     local.get $20
     local.get $21
     i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
     local.get $22
     i64x2.add
     i64x2.sub
     v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
     i64x2.eq
     v128.and
     local.set $6
     local.get $11
     local.get $2
     i32.store
     local.get $11
     local.get $6
     i64x2.bitmask
     i32.const 3
     i32.xor
     i32.const 3
     i32.add
     i32.const 4
     i32.and
     i32.add
     local.set $11
     local.get $2
     i32.const -64
     i32.sub
     local.set $2
     br $for-loop|0
    end
   end
  end
  local.get $0
  i32.const 384
  i32.add
  local.set $13
  local.get $4
  if (result i32)
   i32.const 0
  else
   local.get $0
   i32.load offset=68
   local.get $0
   i32.load offset=64
   i32.sub
   i32.const 8192
   i32.lt_u
   if (result i32)
    i32.const 0
   else
    i32.const 512
    local.get $0
    i32.load offset=72
    local.tee $2
    local.get $2
    i32.const 512
    i32.ge_u
    select
    i32.const 3
    i32.shr_u
   end
  end
  local.tee $18
  if (result i32)
   local.get $0
   i32.load offset=64
  else
   local.get $1
  end
  local.set $2
  local.get $8
  local.set $3
  loop $while-continue|1
   local.get $5
   local.get $11
   i32.lt_u
   local.get $1
   local.get $8
   i32.lt_u
   local.get $4
   select
   if
    local.get $4
    if
     local.get $5
     i32.load
     local.tee $1
     i32.const -64
     i32.sub
     local.set $3
     local.get $5
     i32.const 4
     i32.add
     local.set $5
    end
    local.get $1
    i32x4.splat
    v128.const i32x4 0x00000010 0x00000020 0x00000030 0x00000040
    i32x4.add
    local.set $14
    local.get $1
    v128.load
    local.set $6
    loop $for-loop|2
     local.get $1
     local.get $3
     i32.lt_u
     if
      local.get $12
      local.get $1
      local.get $16
      i32.add
      i32.load8_u
      local.get $2
      i32.load8_u
      i32.or
      i32.or
      local.set $12
      local.get $2
      local.get $18
      i32.add
      local.set $2
      local.get $9
      local.get $6
      local.get $1
      v128.load offset=16
      local.tee $24
      i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
      local.get $10
      i64x2.sub
      local.tee $20
      local.get $1
      v128.load offset=32
      local.tee $25
      local.get $1
      v128.load offset=48
      local.tee $26
      i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
      local.get $10
      i64x2.sub
      local.tee $21
      v128.or
      v128.or
      local.set $9
      local.get $15
      local.get $24
      local.get $25
      i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
      local.tee $22
      local.get $26
      local.get $1
      v128.load offset=64
      local.tee $7
      i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
      local.tee $23
      v128.or
      v128.or
      local.set $15
      local.get $13
      local.get $14
      local.get $0
      local.get $22
      local.get $6
      local.get $24
      i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
      local.get $20
      i64x2.add
      i64x2.sub
      v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
      i64x2.eq
      i64x2.bitmask
      local.get $23
      local.get $25
      local.get $26
      i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
      local.get $21
      i64x2.add
      i64x2.sub
      v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
      i64x2.eq
      i64x2.bitmask
      i32.const 2
      i32.shl
      i32.or
      i32.const 15
      i32.xor
      local.tee $19
      i32.const 4
      i32.shl
      i32.add
      v128.load offset=128
      i8x16.swizzle
      v128.store
      local.get $13
      local.get $19
      i32.popcnt
      i32.const 2
      i32.shl
      i32.add
      local.set $13
      local.get $14
      v128.const i32x4 0x00000040 0x00000040 0x00000040 0x00000040
      i32x4.add
      local.set $14
      local.get $7
      local.set $6
      local.get $1
      i32.const -64
      i32.sub
      local.set $1
      br $for-loop|2
     end
    end
    br $while-continue|1
   end
  end
  local.get $0
  local.get $12
  i32.store offset=80
  local.get $9
  i32.const 32
  i64x2.shr_u
  v128.any_true
  if
   i32.const -1
   return
  end
  local.get $0
  local.get $9
  i64x2.extract_lane 0
  local.get $9
  i64x2.extract_lane 1
  i64.or
  local.get $15
  i64x2.extract_lane 0
  local.get $15
  i64x2.extract_lane 1
  i64.or
  call $assembly/state/setBlockBits
  local.get $13
  local.get $0
  i32.sub
  i32.const 384
  i32.sub
  i32.const 2
  i32.shr_s
 )
 (func $assembly/breaks/noteBreaksMixed (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (result i32)
  (local $4 v128)
  (local $5 v128)
  (local $6 i32)
  (local $7 v128)
  (local $8 v128)
  (local $9 v128)
  (local $10 v128)
  (local $11 v128)
  (local $12 v128)
  (local $13 v128)
  (local $14 v128)
  (local $15 v128)
  (local $16 i32)
  (local $17 v128)
  (local $18 v128)
  (local $19 v128)
  (local $20 v128)
  (local $21 i32)
  (local $22 v128)
  local.get $0
  i32.const 384
  i32.add
  local.set $21
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.tee $16
  i64.load offset=8
  i64x2.splat
  v128.const i32x4 0xffffffff 0x000000f9 0xffffffff 0x000000f9
  v128.and
  v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
  i64x2.sub
  local.set $22
  i32.const 0
  local.set $2
  local.get $16
  local.get $3
  call $assembly/ahead/aheadOf
  local.set $3
  local.get $1
  v128.load
  local.set $5
  loop $for-loop|0
   local.get $1
   local.get $16
   i32.lt_u
   if
    local.get $2
    local.get $1
    local.get $3
    i32.add
    i32.load8_u
    i32.or
    local.set $2
    local.get $22
    local.get $5
    local.get $1
    v128.load offset=16
    local.tee $20
    i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
    local.tee $15
    v128.const i32x4 0xffffffff 0x000000f9 0xffffffff 0x000000f9
    v128.and
    v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
    i64x2.sub
    local.tee $12
    local.get $1
    v128.load offset=32
    local.tee $19
    local.get $1
    v128.load offset=48
    local.tee $18
    i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
    local.tee $14
    v128.const i32x4 0xffffffff 0x000000f9 0xffffffff 0x000000f9
    v128.and
    v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
    i64x2.sub
    local.tee $11
    v128.or
    v128.or
    local.set $22
    local.get $13
    local.get $15
    local.get $20
    local.get $19
    i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
    v128.xor
    v128.const i32x4 0x00000000 0xffffff06 0x00000000 0xffffff06
    v128.and
    local.tee $10
    local.get $14
    local.get $18
    local.get $1
    v128.load offset=64
    local.tee $4
    i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
    v128.xor
    v128.const i32x4 0x00000000 0xffffff06 0x00000000 0xffffff06
    v128.and
    local.tee $9
    v128.or
    v128.or
    local.set $13
    local.get $17
    local.get $20
    local.get $19
    i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
    local.tee $8
    local.get $18
    local.get $4
    i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
    local.tee $7
    v128.or
    v128.or
    local.set $17
    local.get $21
    local.get $1
    i32x4.splat
    v128.const i32x4 0x00000010 0x00000020 0x00000030 0x00000040
    i32x4.add
    local.get $0
    local.get $8
    local.get $5
    local.get $20
    i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
    local.get $12
    i64x2.add
    i64x2.sub
    v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
    i64x2.sub
    local.get $10
    local.get $15
    v128.const i32x4 0x00000000 0x00000002 0x00000000 0x00000002
    v128.and
    v128.or
    v128.or
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    i64x2.ne
    i64x2.bitmask
    local.get $7
    local.get $19
    local.get $18
    i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
    local.get $11
    i64x2.add
    i64x2.sub
    v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
    i64x2.sub
    local.get $9
    local.get $14
    v128.const i32x4 0x00000000 0x00000002 0x00000000 0x00000002
    v128.and
    v128.or
    v128.or
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    i64x2.ne
    i64x2.bitmask
    i32.const 2
    i32.shl
    i32.or
    local.tee $6
    i32.const 4
    i32.shl
    i32.add
    v128.load offset=128
    i8x16.swizzle
    v128.store
    local.get $21
    local.get $6
    i32.popcnt
    i32.const 2
    i32.shl
    i32.add
    local.set $21
    local.get $4
    local.set $5
    local.get $1
    i32.const -64
    i32.sub
    local.set $1
    br $for-loop|0
   end
  end
  local.get $0
  local.get $2
  i32.store offset=80
  local.get $22
  i32.const 32
  i64x2.shr_u
  v128.any_true
  if
   i32.const -1
   return
  end
  local.get $0
  local.get $22
  i64x2.extract_lane 0
  local.get $22
  i64x2.extract_lane 1
  i64.or
  local.get $17
  i64x2.extract_lane 0
  local.get $17
  i64x2.extract_lane 1
  i64.or
  call $assembly/state/setBlockBits
  local.get $0
  local.get $13
  v128.any_true
  i32.eqz
  i32.eqz
  i32.store offset=76
  local.get $21
  local.get $0
  i32.sub
  i32.const 384
  i32.sub
  i32.const 2
  i32.shr_s
 )
)
