(module
 (type $0 (func (param i32 i32 i32) (result i32)))
 (type $1 (func (param i32) (result i64)))
 (type $2 (func (param i32 i32) (result i64)))
 (type $3 (func (param i32 i32 i32 i32 i32)))
 (type $4 (func (param i32 i32)))
 (type $5 (func (param i32 i32 i32)))
 (type $6 (func (param i32 i64 i32 i32 i32) (result i32)))
 (type $7 (func (param i32 i32 i64 i64)))
 (type $8 (func (param i32 i32 i32 i32)))
 (type $9 (func (param i64 i64) (result i32)))
 (type $10 (func (param i32 i32 i32 i64 i64) (result i32)))
 (type $11 (func (param i64 i32) (result i32)))
 (type $12 (func (param i32 i64) (result i64)))
 (type $13 (func (param i32 i64 i64) (result i64)))
 (type $14 (func (param i32 i32 i32 i32 i32) (result i32)))
 (type $15 (func (param i32 i32 i64 i32 i32 i32) (result i32)))
 (type $16 (func (param i32 i64 i32 i32) (result i32)))
 (type $17 (func (param i32 i64) (result i32)))
 (type $18 (func (param i32 i32 i32 i32 v128 v128 i64 i64) (result i32)))
 (type $19 (func (param i32 i32 i32 i32 i32 i32) (result i32)))
 (type $20 (func (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
 (type $21 (func (param i32 i32 i32 i32 i32 i32)))
 (type $22 (func (param i32 i32 i32 i32) (result i32)))
 (import "env" "memory" (memory $0 1 65536))
 (global $assembly/buckets-layout/BUCKETS_ABI i32 (i32.const 1))
 (export "keepDistinct" (func $assembly/buckets-distinct/keepDistinct))
 (export "openDistinct" (func $assembly/buckets-distinct/openDistinct))
 (export "uniteKeys" (func $assembly/buckets-keys/uniteKeys))
 (export "BUCKETS_ABI" (global $assembly/buckets-layout/BUCKETS_ABI))
 (export "look" (func $assembly/buckets-look/look))
 (export "openBuckets" (func $assembly/buckets-part/openBuckets))
 (export "partRecords" (func $assembly/buckets-part/partRecords))
 (export "plan" (func $assembly/buckets-plan/plan))
 (export "openSlots" (func $assembly/buckets-slots/openSlots))
 (export "uniteSlots" (func $assembly/buckets-slots/uniteSlots))
 (func $assembly/buckets-run/holdReach (param $0 i32) (param $1 i32) (param $2 i64) (param $3 i64)
  (local $4 i64)
  local.get $3
  local.get $0
  i64.load offset=88
  i64.sub
  i64.const 1
  i64.sub
  local.set $3
  local.get $1
  i64.load offset=8
  i64.const -8589934592
  i64.and
  local.set $4
  local.get $0
  local.get $2
  i64.store
  local.get $0
  local.get $3
  i64.store offset=8
  local.get $0
  local.get $4
  i64.store offset=16
  local.get $0
  i32.const 1
  i32.store offset=24
 )
 (func $assembly/buckets-run/reachOf (param $0 i32) (result i64)
  local.get $0
  i64.load offset=8
  local.get $0
  i64.load offset=88
  i64.add
  i64.const 1
  i64.add
 )
 (func $assembly/buckets-run/baseOf (param $0 i32) (param $1 i32) (result i64)
  (local $2 i64)
  (local $3 i64)
  local.get $0
  i64.load
  local.get $1
  i64.extend_i32_u
  local.get $0
  i64.load32_u offset=40
  i64.shl
  local.tee $2
  i64.const 1
  local.get $0
  i64.load32_u offset=132
  i64.shl
  i64.const 1
  i64.sub
  local.tee $3
  i64.and
  i64.add
  local.get $2
  local.get $3
  i64.const -1
  i64.xor
  i64.and
  local.get $0
  i64.load32_u offset=136
  i64.shl
  i64.add
 )
 (func $assembly/buckets-keys/scatter (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32)
  (local $5 i32)
  (local $6 i64)
  (local $7 i32)
  loop $for-loop|0
   local.get $0
   local.get $1
   i32.lt_u
   if
    local.get $2
    local.get $0
    i64.load
    local.tee $6
    local.get $3
    i64.extend_i32_u
    i64.shr_u
    i32.wrap_i64
    local.get $4
    i32.and
    i32.const 2
    i32.shl
    i32.add
    local.tee $7
    i32.load
    local.set $5
    local.get $7
    local.get $5
    i32.const 8
    i32.add
    i32.store
    local.get $5
    local.get $6
    i64.store
    local.get $0
    i32.const 8
    i32.add
    local.set $0
    br $for-loop|0
   end
  end
 )
 (func $assembly/buckets-keys/place (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32)
  (local $4 i32)
  (local $5 i32)
  local.get $0
  local.set $4
  loop $for-loop|0
   local.get $4
   local.get $0
   local.get $1
   i32.const 2
   i32.shl
   i32.add
   i32.le_u
   if
    local.get $4
    i32.load
    local.set $5
    local.get $4
    local.get $2
    i32.store
    local.get $2
    local.get $5
    i32.const 3
    i32.shl
    local.get $3
    i32.add
    i32.add
    local.set $2
    local.get $4
    i32.const 4
    i32.add
    local.set $4
    br $for-loop|0
   end
  end
 )
 (func $assembly/records/validRecord (param $0 i64) (param $1 i64) (result i32)
  local.get $1
  i64.const 1073741823999
  i64.and
  i64.const 1
  i64.sub
  local.tee $1
  i64.const 32
  i64.shr_u
  i64.eqz
  local.get $0
  local.get $1
  i64.add
  local.get $0
  i64.ge_u
  i32.and
 )
 (func $assembly/buckets-run/writeLong (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i64) (param $4 i64) (result i32)
  (local $5 i64)
  (local $6 i64)
  local.get $1
  i64.load offset=8
  i64.const -8589934592
  i64.and
  local.set $5
  local.get $4
  local.get $0
  i64.load offset=88
  i64.sub
  i64.const 1
  i64.sub
  local.get $3
  i64.sub
  local.tee $6
  i64.const 1
  i64.add
  local.set $4
  local.get $2
  local.get $3
  i64.store
  block $__inlined_func$assembly/union/writeRun$4 (result i32)
   local.get $6
   i64.const 4294967295
   i64.le_u
   if
    local.get $2
    local.get $4
    local.get $5
    i64.add
    i64.store offset=8
    local.get $2
    i32.const 16
    i32.add
    br $__inlined_func$assembly/union/writeRun$4
   end
   local.get $0
   local.get $0
   i64.load offset=112
   i64.const 68719476736
   i64.or
   i64.store offset=112
   local.get $2
   local.get $4
   i64.const 32
   i64.shr_u
   local.tee $6
   i64.const 1
   i64.sub
   i64.const 4294967295
   i64.and
   local.get $5
   i64.const 68719476736
   i64.or
   i64.or
   i64.store offset=8
   local.get $2
   i32.const 16
   i32.add
   local.get $4
   i32.wrap_i64
   i32.eqz
   br_if $__inlined_func$assembly/union/writeRun$4
   drop
   local.get $2
   local.get $3
   local.get $6
   i64.const 32
   i64.shl
   i64.add
   i64.store offset=16
   local.get $2
   local.get $5
   local.get $4
   i64.const 4294967295
   i64.and
   i64.add
   i64.store offset=24
   local.get $2
   i32.const 32
   i32.add
  end
 )
 (func $assembly/buckets-run/wordLess (param $0 i32) (param $1 i32) (result i64)
  local.get $1
  i64.load offset=8
  i64.const -8589934592
  i64.and
  local.get $0
  i64.load offset=88
  i64.sub
 )
 (func $assembly/buckets-run/leastReach (param $0 i32) (param $1 i32) (result i64)
  local.get $0
  i64.load offset=88
  local.get $1
  i64.load offset=8
  i64.const 8589934591
  i64.and
  i64.add
 )
 (func $assembly/buckets-plan/planWhole (param $0 i32) (result i64)
  local.get $0
  i32.const 0
  i32.store offset=132
  local.get $0
  i32.const 0
  i32.store offset=136
  local.get $0
  i64.load offset=72
  local.get $0
  i64.load offset=64
  i64.sub
  local.get $0
  i64.load32_u offset=28
  i64.shr_u
 )
 (func $assembly/buckets-plan/clusters (param $0 i32) (result i64)
  (local $1 i32)
  local.get $0
  i64.load offset=72
  local.get $0
  i32.load offset=132
  local.get $0
  i32.load offset=136
  i32.add
  local.tee $1
  i64.extend_i32_u
  i64.shr_u
  local.get $0
  i64.load offset=64
  local.get $1
  i64.extend_i32_u
  i64.shr_u
  i64.sub
  i64.const 1
  i64.add
 )
 (func $assembly/buckets-plan/areDense (param $0 i64) (param $1 i32) (result i32)
  local.get $0
  i64.const 19
  i64.shr_u
  i64.const 510
  i64.lt_u
  local.get $1
  i64.extend_i32_u
  local.get $0
  i64.const 5
  i64.shr_u
  i64.ge_u
  i32.and
 )
 (func $assembly/buckets-merge/lengthOf (param $0 i32) (param $1 i64) (result i64)
  local.get $1
  local.get $0
  i64.load offset=16
  i64.and
  local.get $0
  i64.load32_u offset=32
  i64.shl
 )
 (func $assembly/buckets-merge/firstOf (param $0 i32) (param $1 i64) (param $2 i64) (result i64)
  local.get $1
  local.get $2
  local.get $0
  i64.load32_u offset=36
  i64.shr_u
  local.get $0
  i64.load32_u offset=28
  i64.shl
  i64.add
 )
 (func $assembly/buckets-slots/uniteSlots (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (result i32)
  (local $5 i64)
  (local $6 i32)
  (local $7 i64)
  local.get $1
  local.get $2
  local.get $3
  call $assembly/buckets-slots/fill
  i32.const 1
  local.get $1
  i32.load offset=40
  local.get $1
  i32.load offset=28
  i32.sub
  i32.shl
  local.set $6
  local.get $1
  local.get $2
  call $assembly/buckets-run/baseOf
  local.set $5
  local.get $0
  i32.load offset=24
  i32.eqz
  if
   local.get $3
   local.set $2
   loop $while-continue|0
    local.get $2
    i32.load8_u
    i32.eqz
    if
     local.get $2
     i32.const 1
     i32.add
     local.set $2
     br $while-continue|0
    end
   end
   local.get $0
   local.get $1
   local.get $5
   local.get $2
   local.get $3
   i32.sub
   i64.extend_i32_u
   local.get $1
   i64.load32_u offset=28
   i64.shl
   i64.add
   local.tee $7
   local.get $7
   local.get $1
   local.get $2
   i32.load8_u
   i32.const 3
   i32.shl
   i32.add
   i64.load offset=19136
   i64.add
   call $assembly/buckets-run/holdReach
  end
  local.get $0
  local.get $1
  local.get $5
  local.get $3
  local.get $3
  local.get $6
  i32.add
  local.get $4
  call $assembly/buckets-slots/drain
  local.get $4
  i32.sub
  i32.const 4
  i32.shr_u
 )
 (func $assembly/buckets-slots/openSlots (param $0 i32) (param $1 i32)
  (local $2 i64)
  (local $3 i64)
  (local $4 i64)
  local.get $1
  i64.load32_u offset=28
  local.set $2
  local.get $1
  i64.load32_u offset=32
  local.set $3
  local.get $0
  local.get $1
  call $assembly/buckets-run/leastReach
  local.set $4
  i32.const 0
  local.set $0
  loop $for-loop|0
   local.get $0
   i32.const 64
   i32.lt_u
   if
    local.get $1
    local.get $0
    i32.const 3
    i32.shl
    i32.add
    local.get $0
    i64.extend_i32_u
    local.get $2
    i64.shl
    i64.store offset=18624
    local.get $0
    i32.const 1
    i32.add
    local.set $0
    br $for-loop|0
   end
  end
  i32.const 0
  local.set $0
  loop $for-loop|1
   local.get $0
   i32.const 128
   i32.lt_u
   if
    local.get $1
    local.get $0
    i32.const 3
    i32.shl
    i32.add
    local.get $0
    i64.extend_i32_u
    local.get $3
    i64.shl
    local.get $4
    i64.add
    i64.store offset=19144
    local.get $0
    i32.const 1
    i32.add
    local.set $0
    br $for-loop|1
   end
  end
 )
 (func $assembly/buckets-slots/fill (param $0 i32) (param $1 i32) (param $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i32)
  (local $9 i32)
  (local $10 i32)
  local.get $0
  i32.load offset=36
  local.set $6
  local.get $0
  i64.load offset=16
  i32.wrap_i64
  local.set $7
  local.get $0
  local.get $1
  i32.const 2
  i32.shl
  i32.add
  local.tee $1
  i32.load offset=2240
  local.set $8
  local.get $1
  i32.load offset=192
  local.set $3
  loop $for-loop|0
   local.get $3
   if
    local.get $3
    i32.load
    local.tee $1
    if
     local.get $1
     local.set $4
     loop $for-loop|1
      local.get $4
      local.get $1
      i32.const 1024
      i32.add
      i32.lt_u
      if
       local.get $5
       local.get $4
       i32.load
       i32.xor
       local.set $5
       local.get $4
       i32.const -64
       i32.sub
       local.set $4
       br $for-loop|1
      end
     end
    end
    local.get $3
    i32.const 1024
    i32.add
    local.get $8
    local.get $1
    select
    local.set $4
    local.get $3
    i32.const 16
    i32.add
    local.set $3
    loop $for-loop|2
     local.get $3
     local.get $4
     i32.lt_u
     if
      local.get $2
      local.get $3
      i32.load
      local.tee $9
      local.get $6
      i32.shr_u
      i32.add
      local.tee $10
      local.get $7
      local.get $9
      i32.and
      i32.const 1
      i32.add
      local.tee $9
      local.get $10
      i32.load8_u
      local.tee $10
      local.get $9
      local.get $10
      i32.gt_u
      select
      i32.store8
      local.get $3
      i32.const 4
      i32.add
      local.set $3
      br $for-loop|2
     end
    end
    local.get $1
    local.set $3
    br $for-loop|0
   end
  end
  local.get $0
  local.get $5
  i32.store offset=56
 )
 (func $assembly/buckets-slots/drain (param $0 i32) (param $1 i32) (param $2 i64) (param $3 i32) (param $4 i32) (param $5 i32) (result i32)
  (local $6 i64)
  (local $7 i64)
  (local $8 i64)
  (local $9 i64)
  (local $10 i64)
  (local $11 i64)
  (local $12 i64)
  (local $13 i64)
  (local $14 i32)
  (local $15 i64)
  local.get $0
  local.get $1
  call $assembly/buckets-run/wordLess
  local.set $9
  i64.const 64
  local.get $1
  i64.load32_u offset=28
  i64.shl
  local.tee $10
  local.get $1
  i32.const 1024
  i32.add
  i64.load offset=19136
  i64.add
  local.set $11
  local.get $0
  i64.load offset=88
  i64.const 4294967296
  i64.add
  local.set $12
  local.get $0
  i64.load
  local.set $7
  local.get $0
  call $assembly/buckets-run/reachOf
  local.set $6
  loop $for-loop|0
   local.get $3
   local.get $4
   i32.lt_u
   if
    local.get $3
    v128.load
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    i8x16.eq
    i8x16.bitmask
    local.get $3
    v128.load offset=16
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    i8x16.eq
    i8x16.bitmask
    i32.const 16
    i32.shl
    i32.or
    i64.extend_i32_u
    local.get $3
    v128.load offset=32
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    i8x16.eq
    i8x16.bitmask
    local.get $3
    v128.load offset=48
    v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
    i8x16.eq
    i8x16.bitmask
    i32.const 16
    i32.shl
    i32.or
    i64.extend_i32_u
    i64.const 32
    i64.shl
    i64.or
    i64.const -1
    i64.xor
    local.tee $8
    i64.eqz
    i32.eqz
    if
     local.get $6
     local.get $2
     local.get $11
     i64.add
     local.tee $13
     local.get $6
     local.get $13
     i64.gt_u
     select
     local.get $7
     i64.sub
     local.get $12
     i64.gt_u
     if
      local.get $0
      local.get $1
      local.get $7
      local.get $6
      call $assembly/buckets-run/holdReach
      local.get $0
      i64.load
      local.set $6
      local.get $0
      call $assembly/buckets-run/reachOf
      local.set $7
      loop $for-loop|00
       local.get $8
       i64.const 0
       i64.ne
       if
        local.get $2
        local.get $1
        local.get $8
        i64.ctz
        i32.wrap_i64
        local.tee $14
        i32.const 3
        i32.shl
        i32.add
        i64.load offset=18624
        i64.add
        local.tee $13
        local.get $1
        local.get $3
        local.get $14
        i32.add
        i32.load8_u
        i32.const 3
        i32.shl
        i32.add
        i64.load offset=19136
        i64.add
        local.set $15
        local.get $7
        local.get $13
        i64.lt_u
        if
         local.get $0
         local.get $1
         local.get $5
         local.get $6
         local.get $7
         call $assembly/buckets-run/writeLong
         local.set $5
         local.get $13
         local.set $6
        end
        local.get $7
        local.get $15
        local.get $7
        local.get $15
        i64.gt_u
        select
        local.set $7
        local.get $8
        local.get $8
        i64.const 1
        i64.sub
        i64.and
        local.set $8
        br $for-loop|00
       end
      end
      local.get $0
      local.get $1
      local.get $6
      local.get $7
      call $assembly/buckets-run/holdReach
      local.get $0
      i64.load
      local.set $7
      local.get $0
      call $assembly/buckets-run/reachOf
      local.set $6
     else
      loop $do-loop|1
       local.get $2
       local.get $1
       local.get $8
       i64.ctz
       i32.wrap_i64
       local.tee $14
       i32.const 3
       i32.shl
       i32.add
       i64.load offset=18624
       i64.add
       local.tee $13
       local.get $1
       local.get $3
       local.get $14
       i32.add
       i32.load8_u
       i32.const 3
       i32.shl
       i32.add
       i64.load offset=19136
       i64.add
       local.set $15
       local.get $5
       local.get $7
       i64.store
       local.get $5
       local.get $9
       local.get $6
       local.get $7
       i64.sub
       i64.add
       i64.store offset=8
       local.get $5
       local.get $6
       local.get $13
       i64.lt_u
       local.tee $14
       i32.const 4
       i32.shl
       i32.add
       local.set $5
       local.get $13
       local.get $7
       local.get $14
       select
       local.set $7
       local.get $6
       local.get $15
       local.get $6
       local.get $15
       i64.gt_u
       select
       local.set $6
       local.get $8
       local.get $8
       i64.const 1
       i64.sub
       i64.and
       local.tee $8
       i64.const 0
       i64.ne
       br_if $do-loop|1
      end
     end
     local.get $3
     v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
     v128.store
     local.get $3
     v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
     v128.store offset=16
     local.get $3
     v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
     v128.store offset=32
     local.get $3
     v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
     v128.store offset=48
    end
    local.get $3
    i32.const -64
    i32.sub
    local.set $3
    local.get $2
    local.get $10
    i64.add
    local.set $2
    br $for-loop|0
   end
  end
  local.get $0
  local.get $1
  local.get $7
  local.get $6
  call $assembly/buckets-run/holdReach
  local.get $5
 )
 (func $assembly/buckets-plan/planWord (param $0 i32) (param $1 i64) (param $2 i32) (param $3 i32) (param $4 i32) (result i32)
  (local $5 i32)
  (local $6 i32)
  i32.const 0
  local.get $1
  i64.ctz
  i32.wrap_i64
  local.get $1
  i64.eqz
  select
  local.set $5
  local.get $4
  if (result i32)
   i32.const 7
   i32.const 33
   local.get $5
   i32.sub
   local.tee $2
   local.get $2
   i32.const 7
   i32.gt_u
   select
  else
   local.get $2
   local.get $3
   i32.add
   i32.const 64
   i32.gt_u
   if
    i32.const 0
    return
   end
   local.get $3
   i32.const 31
   i32.le_u
   if (result i32)
    i32.const 0
    local.set $5
    i32.const 33
   else
    local.get $2
    i32.const 33
    local.get $5
    i32.sub
    local.tee $6
    i32.const 64
    local.get $3
    i32.sub
    local.tee $3
    local.get $3
    local.get $6
    i32.gt_u
    select
    local.tee $3
    local.get $2
    local.get $3
    i32.gt_u
    select
   end
  end
  local.set $2
  local.get $0
  local.get $0
  i64.load offset=120
  i64.const 1
  local.get $2
  i64.extend_i32_u
  i64.shl
  i64.const 1
  i64.sub
  local.tee $1
  local.get $5
  i64.extend_i32_u
  i64.shl
  i64.const -1
  i64.xor
  i64.and
  i64.store offset=8
  local.get $0
  local.get $1
  i64.store offset=16
  local.get $0
  i32.const 4
  i32.const 8
  local.get $4
  select
  i32.store offset=24
  local.get $0
  local.get $5
  i32.store offset=32
  local.get $0
  local.get $2
  i32.store offset=36
  i32.const 1
 )
 (func $assembly/buckets-plan/planBuckets (param $0 i32) (param $1 i64) (param $2 i32) (param $3 i32) (result i32)
  (local $4 i64)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  local.get $0
  i32.load offset=28
  local.set $5
  local.get $3
  if (result i32)
   i32.const 6
   i32.const 16
   i32.const 64
   local.get $1
   i64.clz
   i32.wrap_i64
   i32.sub
   local.tee $2
   local.get $2
   i32.const 16
   i32.gt_u
   select
   local.tee $2
   local.get $2
   i32.const 6
   i32.lt_u
   select
  else
   i32.const 2
   i32.const 64
   local.get $1
   i64.clz
   i32.wrap_i64
   i32.sub
   local.tee $3
   i32.const 64
   local.get $1
   f64.convert_i64_u
   f64.const 24576
   f64.mul
   local.get $2
   f64.convert_i32_u
   f64.div
   i64.trunc_sat_f64_u
   i64.clz
   i32.wrap_i64
   i32.sub
   local.tee $2
   local.get $2
   local.get $3
   i32.gt_u
   select
   local.tee $2
   local.get $2
   i32.const 2
   i32.lt_u
   select
  end
  local.set $2
  local.get $0
  i32.load offset=132
  local.set $6
  local.get $0
  i32.load offset=136
  local.tee $3
  if
   local.get $2
   local.get $6
   local.get $5
   i32.sub
   local.tee $7
   local.get $2
   local.get $7
   i32.lt_u
   select
   local.set $2
  end
  loop $while-continue|0
   local.get $1
   local.get $2
   i64.extend_i32_u
   i64.shr_u
   i64.const 510
   i64.ge_u
   if
    local.get $2
    i32.const 1
    i32.add
    local.set $2
    br $while-continue|0
   end
  end
  local.get $2
  local.get $5
  i32.add
  local.tee $7
  i32.const 54
  i32.gt_u
  if
   i32.const 0
   return
  end
  local.get $0
  local.get $0
  i64.load offset=112
  i64.const 1
  local.get $5
  i64.extend_i32_u
  i64.shl
  i64.const 1
  i64.sub
  i64.const 1
  local.get $3
  i64.extend_i32_u
  i64.shl
  i64.const 1
  i64.sub
  local.get $6
  i64.extend_i32_u
  i64.shl
  i64.or
  i64.and
  local.get $0
  i64.load offset=64
  local.get $3
  local.get $6
  i32.add
  local.get $7
  local.get $3
  select
  local.tee $5
  i64.extend_i32_u
  i64.shr_u
  local.get $5
  i64.extend_i32_u
  i64.shl
  i64.or
  local.tee $4
  i64.store
  local.get $0
  local.get $7
  i32.store offset=40
  local.get $0
  local.get $3
  if (result i64)
   local.get $1
   local.get $2
   i64.extend_i32_u
   i64.shr_u
  else
   local.get $0
   i64.load offset=72
   local.get $4
   i64.sub
   local.get $7
   i64.extend_i32_u
   i64.shr_u
  end
  i32.wrap_i64
  i32.const 1
  i32.add
  i32.store offset=44
  local.get $2
 )
 (func $assembly/buckets-plan/plan (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  (local $3 i32)
  (local $4 i64)
  (local $5 i64)
  (local $6 i32)
  (local $7 i64)
  (local $8 i64)
  (local $9 i64)
  local.get $1
  i64.load offset=80
  local.tee $8
  i64.eqz
  local.get $1
  i64.load offset=88
  local.tee $5
  i64.const -1073741824000
  i64.and
  i64.const 0
  i64.ne
  i32.or
  if (result i32)
   i32.const 1
  else
   local.get $1
   i64.load offset=96
   i64.const 1073741824000
   i64.and
   i64.const 0
   i64.ne
  end
  if
   i32.const 0
   return
  end
  local.get $1
  local.get $8
  i64.ctz
  i64.store32 offset=28
  local.get $1
  i32.load offset=104
  local.get $2
  i32.lt_u
  if
   local.get $1
   i64.load offset=72
   local.tee $9
   local.get $1
   i64.load offset=64
   local.tee $4
   i64.sub
   i64.const 6
   i64.shr_u
   local.set $7
   local.get $1
   local.get $4
   local.get $4
   local.get $7
   local.get $4
   local.get $7
   i64.lt_u
   select
   i64.sub
   i64.store offset=64
   local.get $1
   local.get $9
   i64.const -1
   local.get $9
   i64.sub
   local.tee $4
   local.get $7
   local.get $4
   local.get $7
   i64.lt_u
   select
   i64.add
   i64.store offset=72
  end
  local.get $1
  call $assembly/buckets-plan/planWhole
  local.set $4
  local.get $5
  i64.eqz
  if (result i32)
   i32.const 0
  else
   i32.const 64
   local.get $5
   i64.const 8589934591
   i64.and
   i64.clz
   i32.wrap_i64
   i32.sub
   local.get $5
   i64.ctz
   i32.wrap_i64
   i32.sub
  end
  local.tee $6
  i32.const 7
  i32.le_u
  if (result i32)
   local.get $4
   local.get $2
   call $assembly/buckets-plan/areDense
  else
   i32.const 0
  end
  local.tee $3
  if (result i32)
   i32.const 0
  else
   local.get $1
   local.get $8
   call $assembly/buckets-plan/findHole
  end
  if
   local.get $1
   call $assembly/buckets-plan/clusters
   local.get $1
   i32.load offset=132
   local.get $1
   i32.load offset=28
   i32.sub
   i64.extend_i32_u
   i64.shl
   i64.const 1
   i64.sub
   local.set $4
   local.get $6
   i32.const 7
   i32.le_u
   if (result i32)
    local.get $4
    local.get $2
    call $assembly/buckets-plan/areDense
   else
    i32.const 0
   end
   local.set $3
  end
  local.get $1
  local.get $4
  local.get $2
  local.get $3
  call $assembly/buckets-plan/planBuckets
  local.tee $2
  if (result i32)
   local.get $1
   local.get $1
   i32.load offset=44
   i32.const 1
   i32.sub
   call $assembly/buckets-run/baseOf
   i64.const 1
   local.get $1
   i64.load32_u offset=40
   i64.shl
   i64.const 1
   i64.sub
   i64.add
   local.tee $4
   local.get $1
   i64.load
   i64.lt_u
   local.get $0
   i64.load offset=88
   local.tee $7
   i64.const -8589934593
   i64.gt_u
   i32.or
   local.get $4
   i64.const -8589934593
   local.get $7
   i64.sub
   i64.gt_u
   i32.or
  else
   i32.const 1
  end
  if (result i32)
   i32.const 0
  else
   local.get $1
   local.get $5
   local.get $6
   local.get $2
   local.get $3
   call $assembly/buckets-plan/planWord
  end
  if (result i32)
   local.get $1
   i32.load offset=24
  else
   i32.const 0
  end
 )
 (func $assembly/buckets-plan/findHole (param $0 i32) (param $1 i64) (result i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i32)
  local.get $1
  local.get $0
  i32.load offset=28
  local.tee $4
  i64.extend_i32_u
  i64.shr_u
  local.set $1
  loop $for-loop|0
   block $for-break0
    local.get $1
    i64.const -1
    i64.xor
    i64.ctz
    i32.wrap_i64
    local.tee $5
    i32.const 64
    i32.eq
    br_if $for-break0
    local.get $1
    local.get $5
    i64.extend_i32_u
    i64.shr_u
    local.tee $1
    i64.eqz
    br_if $for-break0
    local.get $4
    local.get $5
    i32.add
    local.set $5
    local.get $1
    i64.ctz
    i32.wrap_i64
    local.tee $4
    local.get $3
    i32.gt_u
    if
     local.get $4
     local.set $3
     local.get $5
     local.set $2
    end
    local.get $1
    local.get $4
    i64.extend_i32_u
    i64.shr_u
    local.set $1
    local.get $4
    local.get $5
    i32.add
    local.set $4
    br $for-loop|0
   end
  end
  local.get $0
  local.get $2
  i32.store offset=132
  local.get $0
  local.get $3
  i32.store offset=136
  local.get $3
  i32.const 1
  i32.gt_u
  local.tee $3
  if (result i32)
   local.get $2
   local.get $0
   i32.load offset=28
   i32.const 6
   i32.add
   i32.ge_u
  else
   local.get $3
  end
  local.tee $2
  if
   local.get $0
   call $assembly/buckets-plan/clusters
   i64.const 510
   i64.le_u
   local.set $2
  end
  local.get $2
  i32.eqz
  if
   local.get $0
   call $assembly/buckets-plan/planWhole
   drop
  end
  local.get $2
 )
 (func $assembly/buckets-part/partRecords (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  (local $3 v128)
  (local $4 v128)
  local.get $0
  i32.load offset=24
  i32.const 4
  i32.eq
  if (result i32)
   local.get $0
   local.get $1
   local.get $2
   call $assembly/buckets-part/part<u32>
  else
   local.get $0
   local.get $1
   local.get $2
   call $assembly/buckets-part/part<u64>
  end
  if (result i32)
   local.get $0
   i32.const 2048
   i32.add
   local.tee $1
   i32.const 4
   i32.sub
   i32.load offset=192
   i32.const 16
   i32.add
   i32x4.splat
   local.set $3
   local.get $0
   local.get $0
   i32.load offset=44
   i32.const 2
   i32.shl
   i32.add
   local.set $0
   loop $for-loop|0
    local.get $0
    local.get $1
    i32.const 16
    i32.sub
    i32.le_u
    if
     local.get $4
     local.get $0
     v128.load offset=2240
     local.get $3
     v128.xor
     v128.or
     local.set $4
     local.get $0
     i32.const 16
     i32.add
     local.set $0
     br $for-loop|0
    end
   end
   block $__inlined_func$assembly/buckets-part/nonePastLast$10 (result i32)
    i32.const 0
    local.get $4
    v128.any_true
    br_if $__inlined_func$assembly/buckets-part/nonePastLast$10
    drop
    loop $for-loop|1
     local.get $0
     local.get $1
     i32.lt_u
     if
      i32.const 0
      local.get $0
      i32.load offset=2240
      local.get $3
      i32x4.extract_lane 0
      i32.ne
      br_if $__inlined_func$assembly/buckets-part/nonePastLast$10
      drop
      local.get $0
      i32.const 4
      i32.add
      local.set $0
      br $for-loop|1
     end
    end
    i32.const 1
   end
  else
   i32.const 0
  end
 )
 (func $assembly/buckets-part/part<u64> (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  (local $3 v128)
  (local $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i32)
  (local $9 v128)
  (local $10 v128)
  (local $11 v128)
  (local $12 v128)
  (local $13 v128)
  (local $14 v128)
  (local $15 i32)
  (local $16 v128)
  (local $17 v128)
  (local $18 v128)
  (local $19 i32)
  (local $20 i32)
  (local $21 v128)
  (local $22 v128)
  (local $23 v128)
  (local $24 i32)
  local.get $0
  v128.load64_splat
  local.set $12
  local.get $0
  v128.load64_splat offset=8
  local.set $13
  local.get $0
  v128.load64_splat offset=16
  local.set $14
  local.get $0
  i32.load offset=28
  local.set $5
  local.get $0
  i32.load offset=32
  local.set $6
  local.get $0
  i32.load offset=36
  local.set $15
  local.get $0
  i32.load offset=136
  local.set $4
  i64.const 1
  local.get $0
  i64.load32_u offset=132
  i64.shl
  i64.const 1
  i64.sub
  i64x2.splat
  local.set $16
  i64.const 1
  local.get $0
  i32.load offset=40
  local.tee $7
  i64.extend_i32_u
  i64.shl
  i64.const 1
  i64.sub
  i64x2.splat
  local.set $17
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $8
  local.get $0
  i32.load offset=48
  local.set $2
  loop $for-loop|0
   local.get $1
   local.get $8
   i32.lt_u
   if
    block $for-break0
     local.get $1
     i32.const 16
     i32.add
     local.tee $19
     local.get $8
     i32.eq
     local.set $20
     local.get $1
     v128.load
     local.tee $18
     local.get $1
     local.get $19
     local.get $20
     select
     v128.load
     local.tee $21
     i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
     local.set $22
     local.get $18
     local.get $21
     i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
     local.tee $21
     v128.const i32x4 0xffffffff 0x00000001 0xffffffff 0x00000001
     v128.and
     v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
     i64x2.sub
     local.set $23
     local.get $3
     local.get $22
     local.get $12
     i64x2.sub
     local.tee $18
     v128.or
     local.set $3
     local.get $9
     local.get $21
     local.get $13
     v128.xor
     v128.or
     local.set $9
     local.get $10
     local.get $23
     v128.or
     local.set $10
     local.get $11
     local.get $22
     local.get $22
     local.get $23
     i64x2.add
     v128.andnot
     v128.or
     local.set $11
     local.get $0
     local.get $18
     local.get $18
     local.get $4
     i64x2.shr_u
     local.get $16
     v128.bitselect
     local.get $18
     local.get $4
     select
     local.tee $18
     local.get $7
     i32.const 2
     i32.sub
     i64x2.shr_u
     local.tee $22
     i32x4.extract_lane 0
     i32.const 2044
     i32.and
     i32.add
     local.tee $19
     i32.load offset=2240
     local.tee $24
     local.get $18
     local.get $17
     v128.and
     local.get $5
     i64x2.shr_u
     local.get $15
     i64x2.shl
     local.get $21
     local.get $6
     i64x2.shr_u
     local.get $14
     v128.and
     v128.or
     local.tee $18
     i64x2.extract_lane 0
     i64.store
     block $assembly/buckets-part/addKey<u64>|inlined.0
      local.get $24
      i32.const 8
      i32.add
      local.tee $24
      i32.const 1023
      i32.and
      if
       local.get $19
       local.get $24
       i32.store offset=2240
       br $assembly/buckets-part/addKey<u64>|inlined.0
      end
      local.get $24
      i32.const 1024
      i32.sub
      local.get $2
      i32.store
      local.get $2
      i32.const 0
      i32.store
      local.get $19
      local.get $19
      i32.load offset=4288
      i32.const 126
      i32.add
      i32.store offset=4288
      local.get $19
      local.get $2
      i32.const 16
      i32.add
      i32.store offset=2240
      local.get $2
      i32.const 1024
      i32.add
      local.set $2
     end
     local.get $20
     br_if $for-break0
     local.get $0
     local.get $22
     i32x4.extract_lane 2
     i32.const 2044
     i32.and
     i32.add
     local.tee $19
     i32.load offset=2240
     local.tee $20
     local.get $18
     i64x2.extract_lane 1
     i64.store
     block $assembly/buckets-part/addKey<u64>|inlined.1
      local.get $20
      i32.const 8
      i32.add
      local.tee $20
      i32.const 1023
      i32.and
      if
       local.get $19
       local.get $20
       i32.store offset=2240
       br $assembly/buckets-part/addKey<u64>|inlined.1
      end
      local.get $20
      i32.const 1024
      i32.sub
      local.get $2
      i32.store
      local.get $2
      i32.const 0
      i32.store
      local.get $19
      local.get $19
      i32.load offset=4288
      i32.const 126
      i32.add
      i32.store offset=4288
      local.get $19
      local.get $2
      i32.const 16
      i32.add
      i32.store offset=2240
      local.get $2
      i32.const 1024
      i32.add
      local.set $2
     end
     local.get $1
     i32.const 32
     i32.add
     local.set $1
     br $for-loop|0
    end
   end
  end
  local.get $0
  local.get $2
  i32.store offset=48
  local.get $10
  i32.const 32
  i64x2.shr_u
  local.get $11
  i32.const 63
  i64x2.shr_u
  v128.or
  local.get $3
  local.get $7
  i32.const 9
  i32.add
  i64x2.shr_u
  local.get $4
  i64x2.shr_u
  local.get $3
  i64.const 1
  local.get $4
  i64.extend_i32_u
  i64.shl
  i64.const 1
  i64.sub
  local.get $0
  i64.load32_u offset=132
  i64.shl
  i64x2.splat
  i64.const 1
  local.get $5
  i64.extend_i32_u
  i64.shl
  i64.const 1
  i64.sub
  i64x2.splat
  v128.or
  v128.and
  v128.or
  v128.or
  local.get $9
  local.get $0
  i64.load offset=16
  local.get $6
  i64.extend_i32_s
  i64.shl
  i64x2.splat
  v128.andnot
  v128.or
  v128.any_true
  i32.eqz
 )
 (func $assembly/buckets-part/part<u32> (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  (local $3 v128)
  (local $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i32)
  (local $9 v128)
  (local $10 v128)
  (local $11 v128)
  (local $12 v128)
  (local $13 v128)
  (local $14 v128)
  (local $15 i32)
  (local $16 v128)
  (local $17 v128)
  (local $18 v128)
  (local $19 i32)
  (local $20 i32)
  (local $21 v128)
  (local $22 v128)
  (local $23 v128)
  (local $24 i32)
  local.get $0
  v128.load64_splat
  local.set $12
  local.get $0
  v128.load64_splat offset=8
  local.set $13
  local.get $0
  v128.load64_splat offset=16
  local.set $14
  local.get $0
  i32.load offset=28
  local.set $5
  local.get $0
  i32.load offset=32
  local.set $6
  local.get $0
  i32.load offset=36
  local.set $15
  local.get $0
  i32.load offset=136
  local.set $4
  i64.const 1
  local.get $0
  i64.load32_u offset=132
  i64.shl
  i64.const 1
  i64.sub
  i64x2.splat
  local.set $16
  i64.const 1
  local.get $0
  i32.load offset=40
  local.tee $7
  i64.extend_i32_u
  i64.shl
  i64.const 1
  i64.sub
  i64x2.splat
  local.set $17
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $8
  local.get $0
  i32.load offset=48
  local.set $2
  loop $for-loop|0
   local.get $1
   local.get $8
   i32.lt_u
   if
    block $for-break0
     local.get $1
     i32.const 16
     i32.add
     local.tee $19
     local.get $8
     i32.eq
     local.set $20
     local.get $1
     v128.load
     local.tee $18
     local.get $1
     local.get $19
     local.get $20
     select
     v128.load
     local.tee $21
     i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
     local.set $22
     local.get $18
     local.get $21
     i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
     local.tee $21
     v128.const i32x4 0xffffffff 0x00000001 0xffffffff 0x00000001
     v128.and
     v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
     i64x2.sub
     local.set $23
     local.get $3
     local.get $22
     local.get $12
     i64x2.sub
     local.tee $18
     v128.or
     local.set $3
     local.get $9
     local.get $21
     local.get $13
     v128.xor
     v128.or
     local.set $9
     local.get $10
     local.get $23
     v128.or
     local.set $10
     local.get $11
     local.get $22
     local.get $22
     local.get $23
     i64x2.add
     v128.andnot
     v128.or
     local.set $11
     local.get $0
     local.get $18
     local.get $18
     local.get $4
     i64x2.shr_u
     local.get $16
     v128.bitselect
     local.get $18
     local.get $4
     select
     local.tee $18
     local.get $7
     i32.const 2
     i32.sub
     i64x2.shr_u
     local.tee $22
     i32x4.extract_lane 0
     i32.const 2044
     i32.and
     i32.add
     local.tee $19
     i32.load offset=2240
     local.tee $24
     local.get $18
     local.get $17
     v128.and
     local.get $5
     i64x2.shr_u
     local.get $15
     i64x2.shl
     local.get $21
     local.get $6
     i64x2.shr_u
     local.get $14
     v128.and
     v128.or
     local.tee $18
     i64x2.extract_lane 0
     i64.store32
     block $assembly/buckets-part/addKey<u32>|inlined.0
      local.get $24
      i32.const 4
      i32.add
      local.tee $24
      i32.const 1023
      i32.and
      if
       local.get $19
       local.get $24
       i32.store offset=2240
       br $assembly/buckets-part/addKey<u32>|inlined.0
      end
      local.get $24
      i32.const 1024
      i32.sub
      local.get $2
      i32.store
      local.get $2
      i32.const 0
      i32.store
      local.get $19
      local.get $19
      i32.load offset=4288
      i32.const 252
      i32.add
      i32.store offset=4288
      local.get $19
      local.get $2
      i32.const 16
      i32.add
      i32.store offset=2240
      local.get $2
      i32.const 1024
      i32.add
      local.set $2
     end
     local.get $20
     br_if $for-break0
     local.get $0
     local.get $22
     i32x4.extract_lane 2
     i32.const 2044
     i32.and
     i32.add
     local.tee $19
     i32.load offset=2240
     local.tee $20
     local.get $18
     i64x2.extract_lane 1
     i64.store32
     block $assembly/buckets-part/addKey<u32>|inlined.1
      local.get $20
      i32.const 4
      i32.add
      local.tee $20
      i32.const 1023
      i32.and
      if
       local.get $19
       local.get $20
       i32.store offset=2240
       br $assembly/buckets-part/addKey<u32>|inlined.1
      end
      local.get $20
      i32.const 1024
      i32.sub
      local.get $2
      i32.store
      local.get $2
      i32.const 0
      i32.store
      local.get $19
      local.get $19
      i32.load offset=4288
      i32.const 252
      i32.add
      i32.store offset=4288
      local.get $19
      local.get $2
      i32.const 16
      i32.add
      i32.store offset=2240
      local.get $2
      i32.const 1024
      i32.add
      local.set $2
     end
     local.get $1
     i32.const 32
     i32.add
     local.set $1
     br $for-loop|0
    end
   end
  end
  local.get $0
  local.get $2
  i32.store offset=48
  local.get $10
  i32.const 32
  i64x2.shr_u
  local.get $11
  i32.const 63
  i64x2.shr_u
  v128.or
  local.get $3
  local.get $7
  i32.const 9
  i32.add
  i64x2.shr_u
  local.get $4
  i64x2.shr_u
  local.get $3
  i64.const 1
  local.get $4
  i64.extend_i32_u
  i64.shl
  i64.const 1
  i64.sub
  local.get $0
  i64.load32_u offset=132
  i64.shl
  i64x2.splat
  i64.const 1
  local.get $5
  i64.extend_i32_u
  i64.shl
  i64.const 1
  i64.sub
  i64x2.splat
  v128.or
  v128.and
  v128.or
  v128.or
  local.get $9
  local.get $0
  i64.load offset=16
  local.get $6
  i64.extend_i32_s
  i64.shl
  i64x2.splat
  v128.andnot
  v128.or
  v128.any_true
  i32.eqz
 )
 (func $assembly/buckets-part/openBuckets (param $0 i32) (param $1 i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 v128)
  (local $5 v128)
  local.get $0
  i32.const 4288
  i32.add
  i32.const 0
  i32.const 2048
  memory.fill
  local.get $0
  i32.const 0
  i32.store offset=52
  local.get $1
  local.get $0
  i32.load offset=44
  i32.const 10
  i32.shl
  i32.add
  local.tee $3
  i32.const 0
  i32.store
  local.get $3
  i32x4.splat
  local.set $4
  local.get $3
  i32.const 16
  i32.add
  i32x4.splat
  local.set $5
  local.get $0
  local.set $2
  loop $for-loop|0
   local.get $2
   local.get $0
   i32.const 2048
   i32.add
   i32.lt_u
   if
    local.get $2
    local.get $4
    v128.store offset=192
    local.get $2
    local.get $5
    v128.store offset=2240
    local.get $2
    i32.const 16
    i32.add
    local.set $2
    br $for-loop|0
   end
  end
  local.get $0
  local.set $2
  loop $for-loop|1
   local.get $1
   local.get $3
   i32.lt_u
   if
    local.get $1
    i32.const 0
    i32.store
    local.get $2
    local.get $1
    i32.store offset=192
    local.get $2
    local.get $1
    i32.const 16
    i32.add
    i32.store offset=2240
    local.get $2
    i32.const 4
    i32.add
    local.set $2
    local.get $1
    i32.const 1024
    i32.add
    local.set $1
    br $for-loop|1
   end
  end
  local.get $0
  local.get $3
  i32.const 1024
  i32.add
  i32.store offset=48
 )
 (func $assembly/buckets-merge/mergeShort (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 v128) (param $5 v128) (param $6 i64) (param $7 i64) (result i32)
  (local $8 i32)
  (local $9 i64)
  (local $10 i64)
  (local $11 i32)
  (local $12 v128)
  (local $13 i32)
  (local $14 i32)
  (local $15 i32)
  (local $16 v128)
  (local $17 i32)
  (local $18 i64)
  (local $19 v128)
  (local $20 i64)
  local.get $1
  i32.load offset=28
  local.set $13
  local.get $1
  i32.load offset=32
  local.set $14
  local.get $1
  i32.load offset=36
  local.set $15
  local.get $1
  v128.load64_splat offset=16
  local.set $16
  local.get $0
  i64.load
  local.set $10
  local.get $0
  call $assembly/buckets-run/reachOf
  local.set $9
  local.get $1
  i32.load offset=60
  local.set $11
  loop $for-loop|0
   local.get $2
   local.get $3
   i32.lt_u
   if
    block $for-break0
     local.get $2
     v128.load
     local.tee $19
     local.get $15
     i64x2.shr_u
     local.get $13
     i64x2.shl
     local.get $4
     i64x2.add
     local.tee $12
     local.get $19
     local.get $16
     v128.and
     local.get $14
     i64x2.shl
     local.get $5
     i64x2.add
     i64x2.add
     local.set $19
     local.get $9
     local.get $10
     i64.sub
     local.tee $18
     local.get $6
     i64.gt_u
     br_if $for-break0
     local.get $11
     local.get $10
     i64.store
     local.get $11
     local.get $7
     local.get $18
     i64.add
     i64.store offset=8
     local.get $11
     local.get $12
     i64x2.extract_lane 0
     local.tee $18
     local.get $9
     i64.gt_u
     local.tee $17
     i32.const 4
     i32.shl
     i32.add
     local.set $11
     local.get $2
     i32.const 8
     i32.add
     local.tee $8
     local.get $3
     i32.eq
     local.get $9
     local.get $19
     i64x2.extract_lane 0
     local.tee $20
     local.get $9
     local.get $20
     i64.gt_u
     select
     local.tee $9
     local.get $18
     local.get $10
     local.get $17
     select
     local.tee $10
     i64.sub
     local.get $6
     i64.gt_u
     i32.or
     if
      local.get $8
      local.set $2
      br $for-break0
     end
     local.get $11
     local.get $10
     i64.store
     local.get $11
     local.get $7
     local.get $9
     local.get $10
     i64.sub
     i64.add
     i64.store offset=8
     local.get $11
     local.get $12
     i64x2.extract_lane 1
     local.tee $18
     local.get $9
     i64.gt_u
     local.tee $8
     i32.const 4
     i32.shl
     i32.add
     local.set $11
     local.get $18
     local.get $10
     local.get $8
     select
     local.set $10
     local.get $9
     local.get $19
     i64x2.extract_lane 1
     local.tee $18
     local.get $9
     local.get $18
     i64.gt_u
     select
     local.set $9
     local.get $2
     i32.const 16
     i32.add
     local.set $2
     br $for-loop|0
    end
   end
  end
  local.get $0
  local.get $1
  local.get $10
  local.get $9
  call $assembly/buckets-run/holdReach
  local.get $1
  local.get $11
  i32.store offset=60
  local.get $2
 )
 (func $assembly/buckets-merge/mergeKeys (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (result i32)
  (local $6 i64)
  (local $7 i64)
  (local $8 i64)
  (local $9 i64)
  (local $10 i64)
  (local $11 i64)
  (local $12 i64)
  (local $13 i64)
  local.get $1
  local.get $2
  call $assembly/buckets-run/baseOf
  local.set $11
  local.get $0
  local.get $1
  call $assembly/buckets-run/leastReach
  local.set $10
  local.get $0
  i64.load offset=88
  i64.const 4294967296
  i64.add
  local.set $9
  local.get $0
  local.get $1
  call $assembly/buckets-run/wordLess
  local.set $8
  local.get $0
  i32.load offset=24
  i32.eqz
  if
   local.get $0
   local.get $1
   local.get $1
   local.get $11
   local.get $3
   i64.load
   call $assembly/buckets-merge/firstOf
   local.tee $6
   local.get $1
   local.get $3
   i64.load
   call $assembly/buckets-merge/lengthOf
   local.get $6
   i64.add
   local.get $10
   i64.add
   call $assembly/buckets-run/holdReach
  end
  local.get $1
  local.get $5
  i32.store offset=60
  loop $for-loop|0
   local.get $3
   local.get $4
   i32.lt_u
   if
    local.get $0
    local.get $1
    local.get $3
    local.get $4
    local.get $11
    i64x2.splat
    local.get $10
    i64x2.splat
    local.get $9
    local.get $8
    call $assembly/buckets-merge/mergeShort
    local.set $3
    local.get $0
    i64.load
    local.set $6
    local.get $0
    call $assembly/buckets-run/reachOf
    local.set $12
    loop $for-loop|00
     local.get $3
     local.get $4
     i32.lt_u
     local.get $12
     local.get $6
     i64.sub
     local.get $9
     i64.gt_u
     i32.and
     if
      local.get $1
      local.get $11
      local.get $3
      i64.load
      local.tee $7
      call $assembly/buckets-merge/firstOf
      local.tee $13
      local.get $12
      i64.gt_u
      if
       local.get $1
       local.get $0
       local.get $1
       local.get $1
       i32.load offset=60
       local.get $6
       local.get $12
       call $assembly/buckets-run/writeLong
       i32.store offset=60
       local.get $13
       local.set $6
      end
      local.get $12
      local.get $1
      local.get $7
      call $assembly/buckets-merge/lengthOf
      local.get $13
      i64.add
      local.get $10
      i64.add
      local.tee $7
      local.get $7
      local.get $12
      i64.lt_u
      select
      local.set $12
      local.get $3
      i32.const 8
      i32.add
      local.set $3
      br $for-loop|00
     end
    end
    local.get $0
    local.get $1
    local.get $6
    local.get $12
    call $assembly/buckets-run/holdReach
    br $for-loop|0
   end
  end
  local.get $1
  i32.load offset=60
 )
 (func $assembly/buckets-look/look (param $0 i32) (param $1 i32) (param $2 i32)
  (local $3 v128)
  (local $4 v128)
  (local $5 i64)
  (local $6 i64)
  (local $7 i32)
  (local $8 v128)
  (local $9 v128)
  (local $10 v128)
  (local $11 v128)
  (local $12 v128)
  (local $13 v128)
  (local $14 v128)
  (local $15 v128)
  (local $16 v128)
  (local $17 v128)
  local.get $2
  i32.eqz
  if
   return
  end
  local.get $0
  local.get $0
  i32.load offset=104
  local.tee $7
  local.get $2
  i32.add
  i32.store offset=104
  local.get $7
  i32.eqz
  if
   local.get $0
   local.get $1
   v128.load
   v128.store offset=112
   local.get $0
   local.get $1
   i64.load
   i64.store offset=64
   local.get $0
   local.get $1
   i64.load
   i64.store offset=72
  end
  local.get $0
  v128.load64_splat offset=64
  v128.const i32x4 0x00000000 0x80000000 0x00000000 0x80000000
  v128.xor
  local.set $8
  local.get $0
  v128.load64_splat offset=72
  v128.const i32x4 0x00000000 0x80000000 0x00000000 0x80000000
  v128.xor
  local.set $9
  local.get $0
  v128.load offset=112
  local.tee $14
  local.tee $3
  local.set $11
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $7
  loop $for-loop|0
   local.get $1
   local.get $7
   i32.lt_u
   if
    local.get $1
    v128.load
    local.tee $10
    local.get $1
    local.get $1
    i32.const 16
    i32.add
    local.tee $2
    local.get $2
    local.get $7
    i32.eq
    select
    v128.load
    local.tee $4
    i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
    local.set $15
    local.get $12
    local.get $3
    local.get $10
    i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
    local.tee $17
    local.get $3
    local.get $10
    i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
    v128.const i32x4 0xffffffff 0x00000001 0xffffffff 0x00000001
    v128.and
    i64x2.add
    local.get $15
    i64x2.eq
    i64x2.sub
    local.set $12
    local.get $13
    local.get $17
    v128.const i32x4 0x00000000 0x80000000 0x00000000 0x80000000
    v128.xor
    local.get $15
    v128.const i32x4 0x00000000 0x80000000 0x00000000 0x80000000
    v128.xor
    local.tee $3
    i64x2.gt_s
    i64x2.sub
    local.set $13
    local.get $3
    local.get $8
    local.get $8
    local.get $3
    i64x2.gt_s
    v128.bitselect
    local.set $8
    local.get $3
    local.get $9
    local.get $3
    local.get $9
    i64x2.gt_s
    v128.bitselect
    local.set $9
    local.get $16
    local.get $10
    local.get $14
    v128.xor
    local.get $4
    local.get $14
    v128.xor
    v128.or
    v128.or
    local.set $16
    local.get $11
    local.get $10
    local.get $4
    v128.or
    v128.or
    local.set $11
    local.get $4
    local.set $3
    local.get $1
    i32.const 32
    i32.add
    local.set $1
    br $for-loop|0
   end
  end
  local.get $0
  local.get $3
  v128.store offset=112
  local.get $0
  local.get $0
  v128.load offset=80
  local.get $16
  v128.or
  v128.store offset=80
  local.get $0
  local.get $0
  i64.load offset=96
  local.get $11
  i64x2.extract_lane 1
  i64.or
  i64.store offset=96
  local.get $0
  local.get $8
  i64x2.extract_lane 0
  i64.const -9223372036854775808
  i64.xor
  local.tee $6
  local.get $8
  i64x2.extract_lane 1
  i64.const -9223372036854775808
  i64.xor
  local.tee $5
  local.get $5
  local.get $6
  i64.gt_u
  select
  i64.store offset=64
  local.get $0
  local.get $9
  i64x2.extract_lane 0
  i64.const -9223372036854775808
  i64.xor
  local.tee $6
  local.get $9
  i64x2.extract_lane 1
  i64.const -9223372036854775808
  i64.xor
  local.tee $5
  local.get $5
  local.get $6
  i64.lt_u
  select
  i64.store offset=72
  local.get $0
  local.get $0
  i32.load offset=128
  local.get $13
  i32x4.extract_lane 0
  local.get $13
  i32x4.extract_lane 2
  i32.add
  i32.add
  i32.store offset=128
  local.get $0
  local.get $0
  i32.load offset=108
  local.get $12
  i32x4.extract_lane 0
  local.get $12
  i32x4.extract_lane 2
  i32.add
  i32.add
  i32.store offset=108
 )
 (func $assembly/buckets-keys/uniteKeys (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (param $6 i32) (result i32)
  (local $7 i32)
  (local $8 i32)
  (local $9 i64)
  (local $10 i64)
  (local $11 i32)
  (local $12 i32)
  (local $13 v128)
  (local $14 v128)
  (local $15 i32)
  (local $16 v128)
  (local $17 i32)
  local.get $1
  i32.load offset=36
  local.set $12
  local.get $1
  local.get $2
  i32.const 2
  i32.shl
  i32.add
  local.tee $7
  i32.load offset=2240
  local.set $15
  v128.const i32x4 0xffffffff 0xffffffff 0xffffffff 0xffffffff
  local.set $13
  local.get $7
  i32.load offset=192
  local.set $8
  loop $for-loop|0
   local.get $8
   if
    local.get $8
    i32.const 1024
    i32.add
    local.get $15
    local.get $8
    i32.load
    local.tee $7
    select
    local.set $11
    local.get $8
    i32.const 16
    i32.add
    local.set $8
    loop $for-loop|1
     local.get $8
     local.get $11
     i32.lt_u
     if
      local.get $14
      local.get $8
      v128.load64_splat
      local.tee $16
      v128.or
      local.set $14
      local.get $13
      local.get $16
      v128.and
      local.set $13
      local.get $8
      i32.const 8
      i32.add
      local.set $8
      br $for-loop|1
     end
    end
    local.get $7
    local.set $8
    br $for-loop|0
   end
  end
  i32.const 0
  i32.const 64
  local.get $14
  local.get $13
  v128.andnot
  i64x2.extract_lane 0
  local.get $12
  i64.extend_i32_u
  i64.shr_u
  local.get $12
  i64.extend_i32_u
  i64.shl
  local.tee $9
  i64.clz
  i32.wrap_i64
  i32.sub
  local.tee $7
  local.get $12
  local.get $9
  i64.ctz
  i32.wrap_i64
  local.get $9
  i64.eqz
  select
  local.tee $8
  i32.sub
  local.get $9
  i64.eqz
  select
  local.tee $11
  i32.const 20
  i32.gt_s
  if
   i32.const 20
   local.set $11
   local.get $3
   i32.const 65536
   i32.le_u
   if (result i32)
    local.get $1
    i32.load offset=52
   else
    i32.const 1
   end
   i32.eqz
   local.tee $17
   if
    local.get $7
    i32.const 20
    i32.sub
    local.set $8
   else
    local.get $9
    local.get $8
    i32.const 20
    i32.add
    i64.extend_i32_u
    local.tee $10
    i64.shr_u
    local.get $10
    i64.shl
    local.set $10
   end
  end
  local.get $3
  i32.const 3
  i32.shl
  local.set $3
  local.get $1
  local.get $2
  local.get $8
  local.get $11
  local.get $4
  local.get $5
  call $assembly/buckets-keys/sortPieces
  local.get $17
  if (result i32)
   local.get $5
   local.get $3
   local.get $5
   i32.add
   local.get $12
   call $assembly/buckets-keys/settle
  else
   i32.const 1
  end
  if
   local.get $10
   local.set $9
  else
   local.get $1
   i32.const 1
   i32.store offset=52
  end
  local.get $0
  local.get $1
  local.get $2
  local.get $1
  local.get $9
  local.get $5
  local.get $4
  local.get $3
  call $assembly/buckets-keys/sortDigits
  local.tee $0
  local.get $0
  local.get $3
  i32.add
  local.get $6
  call $assembly/buckets-merge/mergeKeys
  local.get $6
  i32.sub
  i32.const 4
  i32.shr_u
 )
 (func $assembly/buckets-keys/sortPieces (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32)
  (local $6 i32)
  (local $7 i32)
  local.get $0
  i32.const 6336
  i32.add
  local.tee $6
  i32.const 0
  i32.const 8192
  memory.fill
  local.get $0
  local.get $1
  local.get $2
  i32.const 1
  local.get $3
  i32.const 1
  i32.add
  i32.const 1
  i32.shr_u
  local.tee $7
  i32.shl
  i32.const 1
  i32.sub
  local.tee $3
  local.get $7
  call $assembly/buckets-keys/countPieces
  local.get $6
  local.get $3
  local.get $4
  i32.const 64
  call $assembly/buckets-keys/place
  local.get $6
  i32.const 4096
  i32.add
  local.get $3
  local.get $5
  i32.const 0
  call $assembly/buckets-keys/place
  local.get $0
  i32.const 14528
  i32.add
  local.tee $4
  local.get $6
  local.get $3
  i32.const 1
  i32.add
  i32.const 2
  i32.shl
  memory.copy
  local.get $0
  local.get $1
  i32.const 2
  i32.shl
  i32.add
  local.tee $0
  i32.load offset=2240
  local.set $1
  local.get $0
  i32.load offset=192
  local.set $0
  loop $for-loop|0
   local.get $0
   if
    local.get $0
    i32.const 16
    i32.add
    local.get $0
    i32.const 1024
    i32.add
    local.get $1
    local.get $0
    i32.load
    local.tee $0
    select
    local.get $6
    local.get $2
    local.get $3
    call $assembly/buckets-keys/scatter
    br $for-loop|0
   end
  end
  i32.const 0
  local.set $0
  loop $for-loop|1
   local.get $0
   local.get $3
   i32.const 2
   i32.shl
   i32.le_u
   if
    local.get $0
    local.get $4
    i32.add
    i32.load
    local.get $0
    local.get $6
    i32.add
    i32.load
    local.get $6
    i32.const 4096
    i32.add
    local.get $2
    local.get $7
    i32.add
    local.get $3
    call $assembly/buckets-keys/scatter
    local.get $0
    i32.const 4
    i32.add
    local.set $0
    br $for-loop|1
   end
  end
 )
 (func $assembly/buckets-keys/sortDigits (param $0 i32) (param $1 i64) (param $2 i32) (param $3 i32) (param $4 i32) (result i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  local.get $0
  i32.const 6336
  i32.add
  local.set $5
  loop $while-continue|0
   local.get $1
   i64.const 0
   i64.ne
   if
    local.get $1
    i64.ctz
    i32.wrap_i64
    local.set $6
    local.get $5
    i32.const 0
    i32.const 4096
    memory.fill
    local.get $2
    local.set $0
    loop $for-loop|1
     local.get $0
     local.get $2
     local.get $4
     i32.add
     i32.lt_u
     if
      local.get $5
      local.get $0
      i64.load
      local.get $6
      i64.extend_i32_u
      i64.shr_u
      i32.wrap_i64
      i32.const 1023
      i32.and
      i32.const 2
      i32.shl
      i32.add
      local.tee $7
      local.get $7
      i32.load
      i32.const 1
      i32.add
      i32.store
      local.get $0
      i32.const 8
      i32.add
      local.set $0
      br $for-loop|1
     end
    end
    local.get $5
    i32.const 1023
    local.get $3
    i32.const 0
    call $assembly/buckets-keys/place
    local.get $2
    local.get $2
    local.get $4
    i32.add
    local.get $5
    local.get $6
    i32.const 1023
    call $assembly/buckets-keys/scatter
    local.get $1
    i64.const 1023
    local.get $6
    i64.extend_i32_u
    i64.shl
    i64.const -1
    i64.xor
    i64.and
    local.set $1
    local.get $2
    local.get $3
    local.set $2
    local.set $3
    br $while-continue|0
   end
  end
  local.get $2
 )
 (func $assembly/buckets-keys/settle (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  (local $3 i32)
  (local $4 i32)
  (local $5 i64)
  (local $6 i64)
  (local $7 i32)
  (local $8 i64)
  (local $9 i32)
  local.get $1
  local.get $0
  i32.sub
  i32.const 2
  i32.shr_u
  local.set $7
  local.get $0
  i64.load
  local.get $2
  i64.extend_i32_u
  i64.shr_u
  local.set $5
  local.get $0
  i32.const 8
  i32.add
  local.set $4
  loop $for-loop|0
   local.get $1
   local.get $4
   i32.gt_u
   if
    block $for-continue|0
     local.get $5
     local.get $4
     i64.load
     local.tee $8
     local.get $2
     i64.extend_i32_u
     i64.shr_u
     local.tee $6
     i64.le_u
     if
      local.get $6
      local.set $5
      br $for-continue|0
     end
     local.get $4
     local.set $3
     loop $do-loop|1
      local.get $3
      local.get $3
      i32.const 8
      i32.sub
      local.tee $3
      i64.load
      i64.store
      local.get $7
      i32.const 1
      i32.sub
      local.tee $7
      i32.const 0
      i32.gt_s
      local.set $9
      local.get $0
      local.get $3
      i32.lt_u
      if (result i32)
       local.get $3
       i32.const 8
       i32.sub
       i64.load
       local.get $2
       i64.extend_i32_u
       i64.shr_u
       local.get $6
       i64.gt_u
      else
       i32.const 0
      end
      local.get $9
      i32.and
      br_if $do-loop|1
     end
     local.get $3
     local.get $8
     i64.store
     local.get $7
     i32.const 0
     i32.le_s
     if
      i32.const 0
      return
     end
    end
    local.get $4
    i32.const 8
    i32.add
    local.set $4
    br $for-loop|0
   end
  end
  i32.const 1
 )
 (func $assembly/buckets-keys/countPieces (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i64)
  (local $9 i32)
  local.get $0
  i32.const 6336
  i32.add
  local.set $5
  local.get $0
  local.get $1
  i32.const 2
  i32.shl
  i32.add
  local.tee $0
  i32.load offset=2240
  local.set $6
  local.get $0
  i32.load offset=192
  local.set $0
  loop $for-loop|0
   local.get $0
   if
    local.get $0
    i32.const 1024
    i32.add
    local.get $6
    local.get $0
    i32.load
    local.tee $1
    select
    local.set $7
    local.get $0
    i32.const 16
    i32.add
    local.set $0
    loop $for-loop|1
     local.get $0
     local.get $7
     i32.lt_u
     if
      local.get $5
      local.get $0
      i64.load
      local.get $2
      i64.extend_i32_u
      i64.shr_u
      local.tee $8
      i32.wrap_i64
      local.get $3
      i32.and
      i32.const 2
      i32.shl
      i32.add
      local.tee $9
      local.get $9
      i32.load
      i32.const 1
      i32.add
      i32.store
      local.get $5
      local.get $8
      local.get $4
      i64.extend_i32_u
      i64.shr_u
      i32.wrap_i64
      local.get $3
      i32.and
      i32.const 2
      i32.shl
      i32.add
      local.tee $9
      local.get $9
      i32.load offset=4096
      i32.const 1
      i32.add
      i32.store offset=4096
      local.get $0
      i32.const 8
      i32.add
      local.set $0
      br $for-loop|1
     end
    end
    local.get $1
    local.set $0
    br $for-loop|0
   end
  end
 )
 (func $assembly/buckets-distinct/openDistinct (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  (local $3 i32)
  (local $4 i64)
  local.get $0
  i32.const 6336
  i32.add
  local.tee $3
  local.set $0
  loop $for-loop|0
   local.get $0
   local.get $3
   i32.const 4096
   i32.add
   i32.lt_u
   if
    local.get $0
    local.get $1
    v128.load
    v128.store
    local.get $0
    i32.const 16
    i32.add
    local.set $0
    br $for-loop|0
   end
  end
  local.get $2
  local.get $1
  v128.load
  v128.store
  i32.const 1
  i32.const -1
  local.get $1
  i64.load offset=8
  local.tee $4
  i64.const 8589934592
  i64.and
  i64.const 1
  local.get $1
  i64.load
  local.get $4
  call $assembly/records/validRecord
  select
  i64.eqz
  select
 )
 (func $assembly/buckets-distinct/keepDistinct (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (result i32)
  (local $4 v128)
  (local $5 i32)
  (local $6 i64)
  (local $7 i32)
  local.get $0
  i32.const 6336
  i32.add
  local.set $5
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $7
  local.get $3
  local.set $0
  loop $for-loop|0
   local.get $1
   local.get $7
   i32.lt_u
   if
    local.get $1
    v128.load
    local.tee $4
    local.get $5
    local.get $1
    i64.load
    local.get $1
    i64.load offset=8
    i64.const -7046029254386353131
    i64.mul
    i64.xor
    i64.const -7046029254386353131
    i64.mul
    i64.const 56
    i64.shr_u
    i32.wrap_i64
    i32.const 4
    i32.shl
    i32.add
    local.tee $2
    v128.load
    i64x2.eq
    i64x2.all_true
    i32.eqz
    if
     local.get $1
     i64.load
     local.get $1
     i64.load offset=8
     local.tee $6
     call $assembly/records/validRecord
     i32.eqz
     local.get $6
     i64.const 8589934592
     i64.and
     i64.const 0
     i64.ne
     i32.or
     if
      i32.const -1
      return
     end
     local.get $2
     local.get $4
     v128.store
     local.get $0
     local.get $4
     v128.store
     local.get $0
     i32.const 16
     i32.add
     local.set $0
    end
    local.get $1
    i32.const 16
    i32.add
    local.set $1
    br $for-loop|0
   end
  end
  local.get $0
  local.get $3
  i32.sub
  i32.const 4
  i32.shr_u
 )
)
