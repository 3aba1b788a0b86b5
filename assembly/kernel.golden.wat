(module
 (type $0 (func (param i32 i32 i32 i32 i32) (result i32)))
 (type $1 (func (param i32 i32 i32)))
 (type $2 (func (param i32 i32 i32) (result i32)))
 (type $3 (func (param i32 i32) (result i32)))
 (type $4 (func (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
 (type $5 (func (param i32 i32 i32 i32) (result i32)))
 (type $6 (func (param i32 i32 i32 i32 i32 i32)))
 (type $7 (func (param i32 i64 i64 i64)))
 (type $8 (func (param i32) (result i32)))
 (type $9 (func (param i32 i64 i64 i64) (result i32)))
 (type $10 (func (param i32 i64 i64)))
 (type $11 (func (param i32 i32 i32) (result i64)))
 (type $12 (func (param i32 i32 i64 i64 i64) (result i32)))
 (type $13 (func (param i64 i64) (result i64)))
 (type $14 (func (param i64 i64) (result i32)))
 (type $15 (func (param i32 i32)))
 (type $16 (func (param i32 i32 i32 i32 i32 i32) (result i32)))
 (type $17 (func (param i32 i32 i32 i32 i32 i64) (result i32)))
 (type $18 (func (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
 (type $19 (func (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
 (type $20 (func (param i32)))
 (import "env" "memory" (memory $0 1 65536))
 (global $assembly/layout/ABI i32 (i32.const 4))
 (export "open" (func $assembly/breaks/writePacking))
 (export "coalesceColumns" (func $assembly/columns/coalesceColumns))
 (export "coalesceFrames" (func $assembly/frames/coalesceFrames))
 (export "ABI" (global $assembly/layout/ABI))
 (export "expandPages" (func $assembly/pages/expandPages))
 (export "coalesceRecords" (func $assembly/records/coalesceRecords))
 (export "countValid" (func $assembly/records/countValid))
 (export "flush" (func $assembly/run/flush))
 (export "clearCounters" (func $assembly/sort/clearCounters))
 (export "countDigits" (func $assembly/sort/countDigits))
 (export "placeDigits" (func $assembly/sort/placeDigits))
 (export "scatterDigits" (func $assembly/sort/scatterDigits))
 (export "cut" (func $assembly/union/cut))
 (export "finish" (func $assembly/union/finish))
 (export "inspect" (func $assembly/union/inspect))
 (export "merge" (func $assembly/union/merge))
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
 (func $assembly/state/setBlockBits (param $0 i32) (param $1 i64) (param $2 i64)
  local.get $0
  local.get $1
  i64.store offset=88
  local.get $0
  local.get $2
  i64.store offset=96
 )
 (func $assembly/column/isExact (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  (local $3 f64)
  local.get $1
  i32.const 1
  i32.ne
  if
   i32.const 1
   return
  end
  local.get $0
  local.get $2
  i32.const 3
  i32.shl
  i32.add
  f64.load
  local.tee $3
  f64.const 9007199254740991
  f64.le
  local.get $3
  f64.const 0
  f64.ge
  i32.and
  local.get $3
  f64.floor
  local.get $3
  f64.eq
  i32.and
 )
 (func $assembly/column/element (param $0 i32) (param $1 i32) (param $2 i32) (result i64)
  local.get $1
  i32.eqz
  if
   local.get $0
   local.get $2
   i32.const 3
   i32.shl
   i32.add
   i64.load
   return
  end
  local.get $1
  i32.const 2
  i32.eq
  if
   local.get $0
   local.get $2
   i32.const 2
   i32.shl
   i32.add
   i64.load32_u
   return
  end
  local.get $0
  local.get $2
  i32.const 3
  i32.shl
  i32.add
  f64.load
  i64.trunc_sat_f64_u
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
 (func $assembly/union/writeRun (param $0 i32) (param $1 i32) (param $2 i64) (param $3 i64) (param $4 i64) (result i32)
  (local $5 i64)
  local.get $3
  local.get $2
  i64.sub
  local.tee $5
  i64.const 1
  i64.add
  local.set $3
  local.get $1
  local.get $2
  i64.store
  local.get $5
  i64.const 4294967295
  i64.le_u
  if
   local.get $1
   local.get $3
   local.get $4
   i64.add
   i64.store offset=8
   local.get $1
   i32.const 16
   i32.add
   return
  end
  local.get $0
  local.get $0
  i64.load offset=112
  i64.const 68719476736
  i64.or
  i64.store offset=112
  local.get $1
  local.get $3
  i64.const 32
  i64.shr_u
  local.tee $5
  i64.const 1
  i64.sub
  i64.const 4294967295
  i64.and
  local.get $4
  i64.const 68719476736
  i64.or
  i64.or
  i64.store offset=8
  local.get $3
  i32.wrap_i64
  i32.eqz
  if
   local.get $1
   i32.const 16
   i32.add
   return
  end
  local.get $1
  local.get $2
  local.get $5
  i64.const 32
  i64.shl
  i64.add
  i64.store offset=16
  local.get $1
  local.get $4
  local.get $3
  i64.const 4294967295
  i64.and
  i64.add
  i64.store offset=24
  local.get $1
  i32.const 32
  i32.add
 )
 (func $assembly/union/lastOf (param $0 i64) (param $1 i64) (result i64)
  local.get $0
  local.get $1
  i64.const 32
  i64.shl
  i64.const 4294967295
  i64.add
  local.get $1
  i64.const 8589934591
  i64.and
  i64.const 1
  i64.sub
  local.get $1
  i64.const 68719476736
  i64.and
  i64.const 0
  i64.ne
  select
  i64.add
 )
 (func $assembly/union/inspectExactly (param $0 i32) (param $1 i32) (param $2 i32)
  (local $3 i64)
  (local $4 i64)
  (local $5 i64)
  (local $6 i64)
  (local $7 i32)
  (local $8 i64)
  (local $9 i64)
  (local $10 i64)
  (local $11 i64)
  (local $12 i32)
  (local $13 i64)
  (local $14 i64)
  local.get $0
  i64.load offset=88
  local.set $13
  local.get $0
  i64.load offset=96
  local.set $8
  local.get $0
  i64.load offset=104
  local.set $9
  local.get $0
  i64.load offset=112
  local.set $10
  local.get $0
  i32.load offset=120
  local.set $7
  local.get $0
  i64.load offset=128
  local.tee $5
  local.get $0
  i64.load offset=136
  local.tee $3
  i64.const 32
  i64.shl
  i64.const 4294967295
  i64.add
  local.get $3
  i64.const 8589934591
  i64.and
  i64.const 1
  i64.sub
  local.get $3
  i64.const 68719476736
  i64.and
  i64.const 0
  i64.ne
  select
  i64.add
  local.set $11
  loop $for-loop|0
   local.get $1
   local.get $2
   i32.lt_u
   if
    local.get $1
    i64.load offset=8
    local.tee $6
    local.get $3
    i64.xor
    i64.const -1073741824000
    i64.and
    local.get $3
    i64.const 8589934592
    i64.and
    i64.or
    local.set $14
    local.get $7
    local.get $1
    i64.load
    local.tee $4
    local.get $5
    i64.lt_u
    local.tee $12
    i32.const 2
    i32.const 0
    local.get $4
    local.get $11
    i64.le_u
    local.tee $7
    if (result i32)
     local.get $7
    else
     local.get $14
     i64.eqz
     local.get $13
     i64.const 0
     i64.ne
     i32.or
     local.get $4
     local.get $11
     i64.sub
     i64.const 1
     i64.sub
     local.get $13
     i64.le_u
     i32.and
    end
    select
    i32.or
    i32.const 4
    i32.const 0
    local.get $12
    local.get $4
    local.get $5
    i64.eq
    local.get $3
    local.get $6
    i64.gt_u
    i32.and
    local.get $12
    select
    select
    i32.or
    i32.or
    local.set $7
    local.get $8
    local.get $4
    local.get $5
    i64.xor
    i64.or
    local.set $8
    local.get $9
    local.get $3
    local.get $6
    i64.xor
    i64.or
    local.set $9
    local.get $6
    local.get $10
    i64.or
    local.set $10
    local.get $4
    local.tee $5
    local.get $6
    local.tee $3
    i64.const 32
    i64.shl
    i64.const 4294967295
    i64.add
    local.get $3
    i64.const 8589934591
    i64.and
    i64.const 1
    i64.sub
    local.get $3
    i64.const 68719476736
    i64.and
    i64.const 0
    i64.ne
    select
    i64.add
    local.set $11
    local.get $1
    i32.const 16
    i32.add
    local.set $1
    br $for-loop|0
   end
  end
  local.get $0
  local.get $5
  i64.store offset=128
  local.get $0
  local.get $3
  i64.store offset=136
  local.get $0
  local.get $8
  i64.store offset=96
  local.get $0
  local.get $9
  i64.store offset=104
  local.get $0
  local.get $10
  i64.store offset=112
  local.get $0
  local.get $7
  i32.store offset=120
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
 (func $assembly/records/coalesceRecords (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (result i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i64)
  (local $9 i32)
  (local $10 i64)
  (local $11 i32)
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $6
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
   local.get $6
   i32.lt_u
   if
    block $while-break|0
     i32.const 512
     local.get $6
     local.get $2
     i32.sub
     i32.const 4
     i32.shr_u
     i32.const -4
     i32.and
     local.tee $4
     local.get $4
     i32.const 512
     i32.ge_u
     select
     local.tee $7
     i32.const 0
     local.get $11
     select
     if
      local.get $2
      local.get $7
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
      local.get $7
      i32.le_u
      local.set $5
      local.get $0
      i32.load offset=76
      if (result i32)
       i32.const -1
      else
       local.get $0
       local.get $9
       local.get $7
       local.get $6
       local.get $5
       call $assembly/breaks/noteBreaksOfKind
      end
      local.tee $5
      i32.const 0
      i32.lt_s
      if
       local.get $0
       local.get $9
       local.get $7
       local.get $6
       call $assembly/breaks/noteBreaksMixed
       local.set $5
      end
      local.get $5
      i32.const 0
      i32.ge_s
      if
       local.get $0
       local.get $5
       i32.store offset=72
      end
      local.get $5
      i32.const 0
      i32.ge_s
      if
       local.get $4
       local.get $0
       local.get $9
       local.get $7
       local.get $5
       local.get $6
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
      local.get $6
      local.get $7
      select
      local.set $4
     end
     i32.const 0
     local.set $5
     loop $while-continue|1
      local.get $2
      local.get $4
      i32.lt_u
      if
       local.get $2
       i64.load
       local.set $10
       i32.const 1
       local.set $5
       block $__inlined_func$assembly/records/takeRecord$62
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
        br_if $__inlined_func$assembly/records/takeRecord$62
        local.get $10
        local.get $8
        call $assembly/records/validRecord
        i32.eqz
        if
         local.get $0
         i32.const 1
         i32.store offset=60
         i32.const 2
         local.set $5
         br $__inlined_func$assembly/records/takeRecord$62
        end
        i32.const 0
        i32.const 2
        local.get $0
        local.get $10
        local.get $10
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
        local.set $5
       end
       local.get $5
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
     local.get $5
     i32.const 2
     i32.eq
     br_if $while-break|0
     local.get $5
     i32.eqz
     local.set $11
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
  local.get $3
  i32.sub
  i32.const 4
  i32.shr_u
 )
 (func $assembly/frames/coalesceFrames64 (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (param $6 i32) (result i32)
  (local $7 i32)
  (local $8 i64)
  (local $9 i64)
  (local $10 i32)
  (local $11 i32)
  (local $12 i64)
  local.get $1
  local.get $2
  i32.const 3
  i32.shl
  i32.add
  local.set $7
  i64.const -1
  local.get $3
  i64.extend_i32_u
  i64.shr_u
  local.set $9
  local.get $4
  i64.extend_i32_u
  i64.const 32
  i64.shl
  local.set $8
  local.get $0
  i32.const 0
  i32.store offset=60
  local.get $0
  local.get $5
  local.get $6
  call $assembly/run/openOutput
  local.get $1
  local.set $4
  loop $while-continue|0
   local.get $4
   local.get $7
   i32.lt_u
   if
    block $while-break|0
     local.get $8
     i64.const 8589934592
     i64.and
     i64.const 1
     local.get $1
     local.get $4
     i32.lt_u
     i32.const 0
     i32.const 512
     local.get $7
     local.get $4
     i32.sub
     i32.const 3
     i32.shr_u
     i32.const -8
     i32.and
     local.tee $2
     local.get $2
     i32.const 512
     i32.ge_u
     select
     local.tee $10
     select
     select
     i64.eqz
     if
      local.get $0
      local.get $0
      local.get $4
      i32.const 8
      i32.sub
      local.tee $11
      local.get $10
      local.get $7
      local.get $0
      i32.load offset=72
      i32.const 5
      i32.shl
      local.get $10
      i32.le_u
      call $assembly/breaks/noteFrameBreaks
      local.tee $6
      i32.store offset=72
      local.get $4
      local.get $10
      i32.const 3
      i32.shl
      i32.add
      local.tee $2
      local.get $0
      local.get $11
      local.get $10
      local.get $6
      local.get $3
      local.get $8
      call $assembly/frames/emitBlock
      local.tee $4
      i32.eq
      br_if $while-continue|0
      local.get $0
      i32.load offset=64
      local.get $0
      i32.load offset=68
      i32.eq
      br_if $while-break|0
     else
      local.get $4
      i32.const 8
      i32.add
      local.get $7
      local.get $10
      select
      local.set $2
     end
     loop $while-continue|1
      local.get $2
      local.get $4
      i32.gt_u
      if
       block $while-break|1
        local.get $9
        local.get $4
        i64.load
        local.tee $12
        i64.lt_u
        if
         local.get $0
         i32.const 1
         i32.store offset=60
         br $while-break|1
        end
        local.get $0
        local.get $12
        local.get $3
        i64.extend_i32_u
        i64.shl
        local.tee $12
        local.get $12
        i64.const 1
        local.get $3
        i64.extend_i32_u
        i64.shl
        i64.const 1
        i64.sub
        i64.add
        local.get $8
        call $assembly/run/takeRange
        i32.eqz
        br_if $while-break|1
        local.get $4
        i32.const 8
        i32.add
        local.set $4
        br $while-continue|1
       end
      end
     end
     local.get $2
     local.get $4
     i32.gt_u
     br_if $while-break|0
     br $while-continue|0
    end
   end
  end
  local.get $0
  local.get $4
  local.get $1
  i32.sub
  i32.const 3
  i32.shr_u
  i32.store offset=56
  local.get $0
  i32.load offset=64
  local.get $5
  i32.sub
  i32.const 4
  i32.shr_u
 )
 (func $assembly/union/merge (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (result i32)
  (local $4 i64)
  (local $5 i64)
  (local $6 i64)
  (local $7 i32)
  (local $8 i64)
  (local $9 i64)
  (local $10 i64)
  (local $11 i32)
  (local $12 i64)
  (local $13 i64)
  local.get $2
  i32.eqz
  if
   i32.const 0
   return
  end
  local.get $0
  i64.load offset=88
  local.set $8
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $7
  local.get $0
  i32.load offset=24
  i32.eqz
  if
   local.get $0
   local.get $1
   i64.load
   local.tee $4
   local.get $4
   local.get $1
   i64.load offset=8
   local.tee $4
   call $assembly/union/lastOf
   local.get $4
   i64.const -77309411328
   i64.and
   call $assembly/run/hold
   local.get $1
   i32.const 16
   i32.add
   local.set $1
  end
  local.get $0
  i64.load
  local.set $12
  local.get $0
  i64.load offset=8
  local.set $13
  local.get $0
  i64.load offset=16
  local.set $5
  local.get $3
  local.set $2
  loop $for-loop|0
   local.get $1
   local.get $7
   i32.lt_u
   if
    local.get $1
    i64.load
    local.tee $10
    local.get $1
    i64.load offset=8
    local.tee $4
    i64.const 32
    i64.shl
    i64.const 4294967295
    i64.add
    local.get $4
    i64.const 8589934591
    i64.and
    i64.const 1
    i64.sub
    local.get $4
    i64.const 68719476736
    i64.and
    i64.const 0
    i64.ne
    select
    i64.add
    local.set $9
    local.get $5
    i64.const 8589934592
    i64.and
    i64.eqz
    local.get $4
    i64.const -77309411328
    i64.and
    local.tee $4
    local.get $5
    i64.eq
    i32.and
    i64.const -1
    local.get $8
    local.get $13
    i64.add
    local.tee $6
    local.get $6
    local.get $13
    i64.lt_u
    select
    local.tee $6
    local.get $10
    i64.const 1
    i64.sub
    i64.eq
    local.get $6
    local.get $10
    i64.ge_u
    i32.or
    i32.and
    local.set $11
    local.get $13
    local.get $12
    i64.sub
    i64.const 4294967295
    i64.gt_u
    if (result i32)
     local.get $11
     if (result i32)
      local.get $2
     else
      local.get $0
      local.get $2
      local.get $12
      local.get $13
      local.get $5
      call $assembly/union/writeRun
     end
    else
     local.get $2
     local.get $12
     i64.store
     local.get $2
     local.get $5
     local.get $13
     local.get $12
     i64.sub
     i64.const 1
     i64.add
     i64.add
     i64.store offset=8
     local.get $2
     i32.const 1
     local.get $11
     i32.sub
     i32.const 4
     i32.shl
     i32.add
    end
    local.set $2
    local.get $12
    local.get $10
    local.get $11
    select
    local.set $12
    local.get $13
    local.get $9
    local.get $9
    local.get $13
    i64.lt_u
    select
    local.get $9
    local.get $11
    select
    local.set $13
    local.get $4
    local.set $5
    local.get $1
    i32.const 16
    i32.add
    local.set $1
    br $for-loop|0
   end
  end
  local.get $0
  local.get $12
  local.get $13
  local.get $5
  call $assembly/run/hold
  local.get $2
  local.get $3
  i32.sub
  i32.const 4
  i32.shr_u
 )
 (func $assembly/union/inspectPlain (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  (local $3 v128)
  (local $4 v128)
  (local $5 v128)
  (local $6 v128)
  (local $7 v128)
  (local $8 i64)
  (local $9 v128)
  (local $10 v128)
  (local $11 v128)
  (local $12 v128)
  (local $13 v128)
  (local $14 i64)
  (local $15 i64)
  i64.const 9223372036854775807
  local.get $0
  i64.load offset=88
  local.tee $8
  local.get $8
  i64.const 9223372036854775807
  i64.ge_u
  select
  i64x2.splat
  local.set $12
  v128.const i32x4 0xffffffff 0xffffffff 0xffffffff 0xffffffff
  local.set $9
  local.get $0
  v128.load offset=128
  local.tee $3
  local.set $6
  local.get $3
  local.set $5
  loop $for-loop|0
   local.get $1
   local.get $2
   i32.lt_u
   if
    local.get $3
    local.get $1
    v128.load
    local.tee $7
    i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
    local.set $10
    local.get $9
    local.get $7
    local.get $1
    v128.load offset=16
    local.tee $4
    i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
    local.tee $13
    local.get $10
    i64x2.sub
    local.get $3
    local.get $7
    i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
    v128.const i32x4 0xffffffff 0x00000001 0xffffffff 0x00000001
    v128.and
    i64x2.sub
    local.get $12
    i64x2.gt_s
    v128.and
    local.set $9
    local.get $11
    local.get $10
    local.get $13
    i64x2.gt_s
    v128.or
    local.set $11
    local.get $6
    local.get $7
    local.get $4
    v128.or
    v128.or
    local.set $6
    local.get $5
    local.get $7
    local.get $4
    v128.and
    v128.and
    local.set $5
    local.get $4
    local.set $3
    local.get $1
    i32.const 32
    i32.add
    local.set $1
    br $for-loop|0
   end
  end
  local.get $6
  local.get $5
  v128.xor
  local.tee $4
  i64x2.extract_lane 0
  local.tee $14
  i64.const 63
  i64.shr_u
  i32.wrap_i64
  local.get $4
  i64x2.extract_lane 1
  local.tee $15
  i64.const -1073741824000
  i64.and
  i64.const 0
  i64.ne
  i32.or
  local.get $6
  i64x2.extract_lane 1
  local.tee $8
  i64.const 77309411328
  i64.and
  i64.const 0
  i64.ne
  i32.or
  if
   i32.const 0
   return
  end
  local.get $0
  local.get $3
  v128.store offset=128
  local.get $0
  local.get $0
  i64.load offset=96
  local.get $14
  i64.or
  i64.store offset=96
  local.get $0
  local.get $0
  i64.load offset=104
  local.get $15
  i64.or
  i64.store offset=104
  local.get $0
  local.get $0
  i64.load offset=112
  local.get $8
  i64.or
  i64.store offset=112
  local.get $0
  local.get $0
  i32.load offset=120
  i32.const 5
  i32.const 0
  local.get $11
  v128.any_true
  local.tee $0
  select
  i32.or
  i32.const 2
  i32.const 0
  local.get $0
  local.get $9
  i64x2.all_true
  i32.eqz
  local.get $0
  select
  select
  i32.or
  i32.store offset=120
  i32.const 1
 )
 (func $assembly/union/inspect (param $0 i32) (param $1 i32) (param $2 i32)
  (local $3 i32)
  local.get $2
  i32.eqz
  if
   return
  end
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $3
  local.get $0
  i32.load offset=124
  i32.eqz
  if
   local.get $0
   i32.const 1
   i32.store offset=124
   local.get $0
   local.get $1
   v128.load
   v128.store offset=128
   local.get $0
   local.get $1
   i64.load offset=8
   i64.store offset=112
   local.get $1
   i32.const 16
   i32.add
   local.set $1
  end
  local.get $1
  local.get $3
  i32.lt_u
  if
   local.get $0
   local.get $1
   local.get $1
   i32.const 16
   i32.add
   local.tee $1
   call $assembly/union/inspectExactly
  end
  local.get $0
  local.get $1
  local.get $3
  local.get $1
  i32.sub
  i32.const -32
  i32.and
  i32.add
  local.tee $2
  local.get $1
  local.get $0
  local.get $1
  local.get $2
  call $assembly/union/inspectPlain
  select
  local.get $3
  call $assembly/union/inspectExactly
 )
 (func $assembly/union/finish (param $0 i32) (param $1 i32) (result i32)
  local.get $0
  i32.load offset=24
  i32.eqz
  if
   i32.const 0
   return
  end
  local.get $0
  i32.const 0
  i32.store offset=24
  local.get $0
  local.get $1
  local.get $0
  i64.load
  local.get $0
  i64.load offset=8
  local.get $0
  i64.load offset=16
  call $assembly/union/writeRun
  local.get $1
  i32.sub
  i32.const 4
  i32.shr_u
 )
 (func $assembly/union/cut (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (result i32)
  (local $5 i64)
  (local $6 i32)
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $6
  local.get $0
  local.get $3
  local.get $4
  call $assembly/run/openOutput
  local.get $1
  local.set $2
  loop $for-loop|0
   local.get $2
   local.get $6
   i32.lt_u
   if
    local.get $0
    local.get $2
    i64.load
    local.tee $5
    local.get $5
    local.get $2
    i64.load offset=8
    local.tee $5
    call $assembly/union/lastOf
    local.get $5
    i64.const -77309411328
    i64.and
    call $assembly/run/takeRange
    if
     local.get $2
     i32.const 16
     i32.add
     local.set $2
     br $for-loop|0
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
  local.get $3
  i32.sub
  i32.const 4
  i32.shr_u
 )
 (func $assembly/sort/scatterDigits (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32)
  (local $6 i32)
  (local $7 i32)
  local.get $0
  i32.const 144
  i32.add
  local.set $6
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
    local.get $6
    local.get $1
    local.get $3
    i32.add
    i64.load
    local.get $4
    i64.extend_i32_u
    i64.shr_u
    i32.wrap_i64
    local.get $5
    i32.and
    i32.const 2
    i32.shl
    i32.add
    local.tee $0
    i32.load
    local.set $2
    local.get $0
    local.get $2
    i32.const 16
    i32.add
    i32.store
    local.get $2
    local.get $1
    v128.load
    v128.store
    local.get $1
    i32.const 16
    i32.add
    local.set $1
    br $for-loop|0
   end
  end
 )
 (func $assembly/sort/placeDigits (param $0 i32) (param $1 i32) (param $2 i32)
  (local $3 i32)
  local.get $0
  i32.const 144
  i32.add
  local.tee $0
  local.get $1
  i32.const 2
  i32.shl
  i32.add
  local.set $1
  loop $for-loop|0
   local.get $0
   local.get $1
   i32.le_u
   if
    local.get $0
    i32.load
    local.set $3
    local.get $0
    local.get $2
    i32.store
    local.get $2
    local.get $3
    i32.const 4
    i32.shl
    i32.add
    local.set $2
    local.get $0
    i32.const 4
    i32.add
    local.set $0
    br $for-loop|0
   end
  end
 )
 (func $assembly/sort/countDigits (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32)
  (local $6 i32)
  local.get $0
  i32.const 144
  i32.add
  local.set $6
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.get $3
  i32.add
  local.set $2
  local.get $1
  local.get $3
  i32.add
  local.set $0
  loop $for-loop|0
   local.get $0
   local.get $2
   i32.lt_u
   if
    local.get $6
    local.get $0
    i64.load
    local.get $4
    i64.extend_i32_u
    i64.shr_u
    i32.wrap_i64
    local.get $5
    i32.and
    i32.const 2
    i32.shl
    i32.add
    local.tee $1
    local.get $1
    i32.load
    i32.const 1
    i32.add
    i32.store
    local.get $0
    i32.const 16
    i32.add
    local.set $0
    br $for-loop|0
   end
  end
 )
 (func $assembly/sort/clearCounters (param $0 i32) (param $1 i32)
  local.get $0
  i32.const 144
  i32.add
  i32.const 0
  local.get $1
  i32.const 1
  i32.add
  i32.const 2
  i32.shl
  memory.fill
 )
 (func $assembly/run/flush (param $0 i32) (param $1 i32) (param $2 i32) (result i32)
  local.get $0
  local.get $1
  local.get $2
  call $assembly/run/openOutput
  local.get $0
  i32.load offset=24
  if
   local.get $0
   call $assembly/run/emitRun
   drop
  end
  local.get $0
  i32.load offset=64
  local.get $1
  i32.sub
  i32.const 4
  i32.shr_u
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
  block $__inlined_func$assembly/records/exactFrom
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
     br $__inlined_func$assembly/records/exactFrom
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
 (func $assembly/records/countValid (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  (local $3 v128)
  (local $4 i32)
  (local $5 v128)
  (local $6 v128)
  (local $7 v128)
  (local $8 v128)
  (local $9 v128)
  local.get $0
  local.get $1
  i32.const 4
  i32.shl
  i32.add
  local.set $4
  local.get $0
  local.set $1
  loop $while-continue|0
   local.get $1
   local.get $4
   i32.lt_u
   if
    block $while-break|0
     local.get $1
     i32.const -64
     i32.sub
     local.tee $2
     local.get $4
     i32.le_u
     if
      local.get $1
      v128.load
      local.tee $8
      local.get $1
      v128.load offset=16
      local.tee $7
      i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
      local.set $3
      local.get $1
      v128.load offset=32
      local.tee $9
      local.get $1
      v128.load offset=48
      local.tee $6
      i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
      local.set $5
      local.get $8
      local.get $7
      i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
      v128.const i32x4 0xffffffff 0x000000f9 0xffffffff 0x000000f9
      v128.and
      v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
      i64x2.sub
      local.tee $7
      local.get $9
      local.get $6
      i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
      v128.const i32x4 0xffffffff 0x000000f9 0xffffffff 0x000000f9
      v128.and
      v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
      i64x2.sub
      local.tee $6
      v128.or
      i32.const 32
      i64x2.shr_u
      local.get $3
      local.get $3
      local.get $7
      i64x2.add
      v128.andnot
      local.get $5
      local.get $5
      local.get $6
      i64x2.add
      v128.andnot
      v128.or
      i32.const 63
      i64x2.shr_u
      v128.or
      v128.any_true
      i32.eqz
      if
       local.get $2
       local.set $1
       br $while-continue|0
      end
     end
     local.get $1
     i64.load
     local.get $1
     i64.load offset=8
     call $assembly/records/validRecord
     i32.eqz
     br_if $while-break|0
     local.get $1
     i32.const 16
     i32.add
     local.set $1
     br $while-continue|0
    end
   end
  end
  local.get $1
  local.get $0
  i32.sub
  i32.const 4
  i32.shr_u
 )
 (func $assembly/pages/expandPages (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (param $6 i32) (result i32)
  (local $7 i32)
  (local $8 i64)
  (local $9 v128)
  (local $10 i32)
  (local $11 i64)
  (local $12 v128)
  (local $13 i32)
  (local $14 i32)
  (local $15 v128)
  (local $16 v128)
  (local $17 v128)
  (local $18 v128)
  (local $19 i64)
  (local $20 v128)
  (local $21 v128)
  (local $22 i32)
  (local $23 v128)
  (local $24 i64)
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $10
  local.get $5
  local.get $6
  i32.const 3
  i32.shl
  i32.add
  local.set $14
  v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
  i64.const 1
  local.get $4
  i64.extend_i32_u
  i64.shl
  i64x2.replace_lane 1
  local.set $17
  i64.const 2
  local.get $4
  i64.extend_i32_u
  i64.shl
  i64x2.splat
  local.tee $15
  i64.const 4
  local.get $4
  i64.extend_i32_u
  i64.shl
  i64x2.splat
  local.tee $12
  i64x2.add
  local.set $16
  local.get $12
  local.get $12
  i64x2.add
  local.set $18
  i64.const -1
  local.get $3
  i64.extend_i32_u
  i64.shl
  i64x2.splat
  local.set $20
  local.get $0
  i64.load offset=8
  local.set $11
  i32.const 4
  local.set $13
  local.get $1
  local.set $6
  local.get $5
  local.set $2
  loop $while-continue|0
   local.get $6
   local.get $10
   i32.lt_u
   if
    block $while-break|0
     loop $while-continue|1
      local.get $11
      i64.eqz
      local.get $14
      local.get $2
      i32.sub
      local.tee $7
      i32.const 64
      i32.ge_u
      i32.and
      if
       block $while-break|1
        local.get $13
        i32.const 4
        i32.ge_u
        if
         i32.const 0
         local.set $13
         local.get $10
         local.get $6
         local.get $7
         i32.const 1
         i32.shl
         i32.add
         local.tee $7
         local.get $7
         local.get $10
         i32.gt_u
         select
         local.set $22
         loop $while-continue|2
          local.get $22
          local.get $6
          i32.const 32
          i32.add
          local.tee $7
          i32.ge_u
          if
           local.get $6
           v128.load
           local.tee $23
           local.get $6
           v128.load offset=16
           local.tee $9
           i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
           local.tee $21
           local.get $21
           local.get $23
           local.get $9
           i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
           v128.const i32x4 0xffffffff 0x00000001 0xffffffff 0x00000001
           v128.and
           v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
           i64x2.sub
           i64x2.add
           v128.xor
           local.get $20
           v128.and
           v128.any_true
           i32.eqz
           if
            local.get $2
            local.get $21
            local.get $3
            i64x2.shr_u
            local.get $4
            i64x2.shl
            v128.store
            local.get $2
            i32.const 16
            i32.add
            local.set $2
            local.get $7
            local.set $6
            br $while-continue|2
           end
          end
         end
         local.get $6
         local.get $10
         i32.eq
         br_if $while-break|1
         br $while-continue|1
        end
        local.get $6
        i64.load
        local.tee $8
        local.get $3
        i64.extend_i32_u
        i64.shr_u
        local.set $19
        local.get $8
        local.get $6
        i64.load offset=8
        i64.const 8589934591
        i64.and
        i64.const 1
        i64.sub
        i64.add
        local.get $3
        i64.extend_i32_u
        i64.shr_u
        local.get $19
        i64.sub
        local.set $8
        local.get $2
        local.get $19
        local.get $4
        i64.extend_i32_u
        i64.shl
        i64x2.splat
        local.get $17
        i64x2.add
        local.tee $9
        v128.store
        local.get $2
        local.get $9
        local.get $15
        i64x2.add
        v128.store offset=16
        local.get $2
        local.get $9
        local.get $12
        i64x2.add
        v128.store offset=32
        local.get $2
        local.get $9
        local.get $16
        i64x2.add
        v128.store offset=48
        local.get $8
        i64.const 7
        i64.gt_u
        if
         local.get $8
         local.get $14
         local.get $2
         i32.sub
         i32.const 8
         i32.sub
         i32.const 3
         i32.shr_u
         i64.extend_i32_u
         i64.gt_u
         br_if $while-break|1
         local.get $2
         i32.const 8
         i32.add
         local.get $8
         i32.wrap_i64
         i32.const 3
         i32.shl
         i32.add
         local.set $22
         local.get $2
         i32.const -64
         i32.sub
         local.set $7
         loop $for-loop|3
          local.get $7
          local.get $22
          i32.lt_u
          if
           local.get $7
           local.get $9
           local.get $18
           i64x2.add
           local.tee $9
           v128.store
           local.get $7
           local.get $9
           local.get $15
           i64x2.add
           v128.store offset=16
           local.get $7
           local.get $9
           local.get $12
           i64x2.add
           v128.store offset=32
           local.get $7
           local.get $9
           local.get $16
           i64x2.add
           v128.store offset=48
           local.get $7
           i32.const -64
           i32.sub
           local.set $7
           br $for-loop|3
          end
         end
        end
        local.get $2
        local.get $8
        i32.wrap_i64
        i32.const 3
        i32.shl
        i32.const 8
        i32.add
        i32.add
        local.set $2
        local.get $13
        i32.const 1
        i32.add
        i32.const 0
        local.get $8
        i64.eqz
        select
        local.set $13
        local.get $10
        local.get $6
        i32.const 16
        i32.add
        local.tee $6
        i32.eq
        br_if $while-break|1
        br $while-continue|1
       end
      end
     end
     local.get $6
     local.get $10
     i32.eq
     br_if $while-break|0
     local.get $6
     i64.load
     local.tee $8
     local.get $3
     i64.extend_i32_u
     i64.shr_u
     local.get $11
     i64.add
     local.set $19
     local.get $8
     local.get $6
     i64.load offset=8
     i64.const 8589934591
     i64.and
     i64.const 1
     i64.sub
     i64.add
     local.get $3
     i64.extend_i32_u
     i64.shr_u
     local.get $19
     i64.sub
     i64.const 1
     i64.add
     local.tee $8
     local.get $14
     local.get $2
     i32.sub
     i32.const 3
     i32.shr_u
     i64.extend_i32_u
     local.tee $24
     i64.gt_u
     local.tee $22
     if
      local.get $24
      local.set $8
     end
     local.get $2
     local.get $8
     i32.wrap_i64
     i32.const 3
     i32.shl
     i32.add
     local.set $7
     local.get $19
     local.get $4
     i64.extend_i32_u
     i64.shl
     i64x2.splat
     local.get $17
     i64x2.add
     local.set $9
     loop $for-loop|4
      local.get $2
      local.get $7
      i32.lt_u
      if
       local.get $2
       local.get $9
       v128.store
       local.get $2
       local.get $9
       local.get $15
       i64x2.add
       v128.store offset=16
       local.get $2
       local.get $9
       local.get $12
       i64x2.add
       v128.store offset=32
       local.get $2
       local.get $9
       local.get $16
       i64x2.add
       v128.store offset=48
       local.get $9
       local.get $18
       i64x2.add
       local.set $9
       local.get $2
       i32.const -64
       i32.sub
       local.set $2
       br $for-loop|4
      end
     end
     local.get $7
     local.set $2
     local.get $22
     if
      local.get $8
      local.get $11
      i64.add
      local.set $11
      br $while-break|0
     end
     i64.const 0
     local.set $11
     local.get $6
     i32.const 16
     i32.add
     local.set $6
     br $while-continue|0
    end
   end
  end
  local.get $0
  local.get $11
  i64.store offset=8
  local.get $0
  local.get $6
  local.get $1
  i32.sub
  i32.const 4
  i32.shr_u
  i32.store
  local.get $2
  local.get $5
  i32.sub
  i32.const 3
  i32.shr_u
 )
 (func $assembly/frames/emitBlock (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i64) (result i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i32)
  (local $9 i32)
  (local $10 i32)
  (local $11 i32)
  (local $12 i64)
  (local $13 i64)
  (local $14 i64)
  (local $15 v128)
  (local $16 i64)
  (local $17 i32)
  (local $18 v128)
  (local $19 i64)
  (local $20 i32)
  (local $21 i64)
  (local $22 i64)
  (local $23 i32)
  local.get $0
  i64.load offset=32
  local.set $13
  local.get $0
  i32.load offset=68
  local.set $17
  local.get $0
  i32.load offset=64
  local.set $9
  local.get $0
  i32.const 384
  i32.add
  local.tee $7
  local.get $3
  i32.const 2
  i32.shl
  i32.add
  local.set $23
  local.get $0
  i64.load
  local.set $22
  i64.const 1
  local.get $4
  i64.extend_i32_u
  i64.shl
  local.set $21
  local.get $1
  local.get $2
  i32.const 3
  i32.shl
  i32.add
  local.set $20
  i64.const -1
  local.get $4
  i64.extend_i32_u
  i64.shr_u
  local.set $19
  local.get $0
  i64.load offset=40
  local.tee $16
  i64.eqz
  local.tee $6
  if
   local.get $2
   i64.extend_i32_u
   local.get $13
   local.get $4
   i64.extend_i32_u
   i64.shr_u
   i64.le_u
   local.set $6
  end
  local.get $6
  if (result i32)
   local.get $0
   i64.load offset=96
   local.get $19
   i64.const 1
   i64.shr_u
   i64.le_u
  else
   local.get $6
  end
  local.set $11
  local.get $1
  local.set $6
  block $folding-inner0
   loop $while-continue|0
    local.get $7
    local.get $23
    i32.lt_u
    if
     local.get $7
     i32.load
     local.tee $8
     i32.const 8
     i32.sub
     i64.load
     local.tee $12
     local.get $19
     i64.gt_u
     if (result i32)
      i32.const 1
     else
      local.get $12
      local.get $6
      i64.load
      i64.lt_u
     end
     br_if $folding-inner0
     local.get $21
     i64.const 1
     i64.sub
     local.get $12
     local.get $21
     i64.mul
     i64.add
     local.tee $14
     local.get $22
     i64.sub
     local.set $12
     local.get $14
     local.get $22
     i64.xor
     local.get $16
     i64.and
     i64.const 0
     i64.ne
     local.get $12
     local.get $13
     i64.gt_u
     i32.or
     local.get $9
     local.get $17
     i32.eq
     i32.or
     if (result i32)
      local.get $0
      local.get $22
      local.get $14
      local.get $5
      call $assembly/run/hold
      local.get $0
      local.get $9
      i32.store offset=64
      local.get $0
      call $assembly/run/emitRun
      i32.eqz
      if
       local.get $8
       return
      end
      local.get $0
      i32.load offset=64
     else
      local.get $9
      local.get $22
      i64.store
      local.get $9
      local.get $5
      local.get $12
      i64.add
      i64.const 1
      i64.add
      i64.store offset=8
      local.get $9
      i32.const 16
      i32.add
     end
     local.set $9
     local.get $8
     local.tee $6
     i64.load
     local.get $21
     i64.mul
     local.set $22
     local.get $17
     local.get $9
     i32.sub
     local.get $23
     local.get $7
     i32.const 4
     i32.add
     local.tee $7
     i32.sub
     i32.const 2
     i32.shl
     i32.ge_u
     i32.const 0
     local.get $11
     select
     if
      local.get $2
      local.get $3
      i32.eq
      if
       local.get $1
       i32.const 8
       i32.add
       local.set $8
       local.get $9
       local.set $6
       local.get $5
       i64.const 1
       local.get $4
       i64.extend_i32_u
       i64.shl
       i64.add
       i64x2.splat
       local.set $18
       loop $for-loop|0
        local.get $8
        i32.const 16
        i32.add
        local.tee $10
        local.get $20
        i32.le_u
        if
         local.get $6
         local.get $8
         v128.load
         local.get $4
         i64x2.shl
         local.tee $15
         local.get $18
         i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
         v128.store
         local.get $6
         local.get $15
         local.get $18
         i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
         v128.store offset=16
         local.get $6
         i32.const 32
         i32.add
         local.set $6
         local.get $10
         local.set $8
         br $for-loop|0
        end
       end
       local.get $8
       local.get $20
       i32.lt_u
       if
        local.get $6
        local.get $18
        local.get $8
        i64.load
        local.get $4
        i64.extend_i32_u
        i64.shl
        i64x2.replace_lane 0
        v128.store
       end
      else
       local.get $7
       local.set $6
       local.get $9
       local.set $8
       loop $for-loop|00
        local.get $6
        local.get $23
        i32.lt_u
        if
         local.get $6
         i32.load
         local.set $10
         local.get $8
         local.get $22
         i64.store
         local.get $8
         local.get $5
         local.get $10
         i32.const 8
         i32.sub
         i64.load
         i64.const 1
         i64.add
         local.get $21
         i64.mul
         i64.add
         local.get $22
         i64.sub
         i64.store offset=8
         local.get $10
         i64.load
         local.get $21
         i64.mul
         local.set $22
         local.get $8
         i32.const 16
         i32.add
         local.set $8
         local.get $6
         i32.const 4
         i32.add
         local.set $6
         br $for-loop|00
        end
       end
      end
      local.get $9
      local.get $23
      local.get $7
      i32.sub
      i32.const 2
      i32.shl
      i32.add
      local.set $9
      local.get $23
      i32.const 4
      i32.sub
      i32.load
      local.tee $6
      i64.load
      local.get $21
      i64.mul
      local.set $22
      local.get $23
      local.set $7
     end
     br $while-continue|0
    end
   end
   local.get $20
   i64.load
   local.tee $12
   local.get $19
   i64.gt_u
   if (result i32)
    i32.const 1
   else
    local.get $12
    local.get $6
    i64.load
    i64.lt_u
   end
   br_if $folding-inner0
   local.get $0
   local.get $22
   local.get $21
   i64.const 1
   i64.sub
   local.get $12
   local.get $21
   i64.mul
   i64.add
   local.get $5
   call $assembly/run/hold
   local.get $0
   local.get $9
   i32.store offset=64
   local.get $20
   i32.const 8
   i32.add
   return
  end
  local.get $0
  local.get $9
  i32.store offset=64
  block $__inlined_func$assembly/frames/exactFrom$3
   local.get $1
   local.get $6
   i32.lt_u
   if
    local.get $0
    i32.const 0
    i32.store offset=24
    br $__inlined_func$assembly/frames/exactFrom$3
   end
   local.get $0
   local.get $22
   i64.const 1
   local.get $4
   i64.extend_i32_u
   i64.shl
   i64.const 1
   i64.sub
   local.get $1
   i64.load
   local.get $4
   i64.extend_i32_u
   i64.shl
   i64.or
   local.get $5
   call $assembly/run/hold
   local.get $1
   i32.const 8
   i32.add
   local.set $6
  end
  local.get $6
 )
 (func $assembly/frames/coalesceFrames (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (param $6 i32) (param $7 i32) (result i32)
  (local $8 i32)
  (local $9 i32)
  (local $10 i32)
  (local $11 i32)
  (local $12 i32)
  local.get $2
  i32.eqz
  if
   local.get $0
   local.get $1
   local.get $3
   local.get $4
   local.get $5
   local.get $6
   local.get $7
   call $assembly/frames/coalesceFrames64
   return
  end
  local.get $0
  i32.const 0
  i32.store offset=60
  loop $while-continue|0
   local.get $3
   local.get $9
   i32.gt_u
   if
    block $while-break|0
     local.get $3
     local.get $9
     i32.const 1024
     i32.add
     local.tee $8
     local.get $3
     local.get $8
     i32.lt_u
     select
     local.set $12
     local.get $9
     local.set $8
     local.get $0
     i32.const 2976
     i32.add
     local.set $11
     loop $for-loop|1
      local.get $8
      local.get $12
      i32.lt_u
      if (result i32)
       local.get $1
       local.get $2
       local.get $8
       call $assembly/column/isExact
      else
       i32.const 0
      end
      if
       local.get $11
       local.get $1
       local.get $2
       local.get $8
       call $assembly/column/element
       i64.store
       local.get $11
       i32.const 8
       i32.add
       local.set $11
       local.get $8
       i32.const 1
       i32.add
       local.set $8
       br $for-loop|1
      end
     end
     local.get $0
     local.get $0
     i32.const 2976
     i32.add
     local.get $8
     local.get $9
     i32.sub
     local.get $4
     local.get $5
     local.get $6
     local.get $10
     i32.const 4
     i32.shl
     i32.add
     local.get $7
     local.get $10
     i32.sub
     call $assembly/frames/coalesceFrames64
     local.get $10
     i32.add
     local.set $10
     local.get $9
     local.get $0
     i32.load offset=56
     i32.add
     local.tee $9
     local.get $8
     i32.lt_u
     br_if $while-break|0
     local.get $8
     local.get $12
     i32.lt_u
     if
      local.get $0
      i32.const 1
      i32.store offset=60
      br $while-break|0
     end
     br $while-continue|0
    end
   end
  end
  local.get $0
  local.get $9
  i32.store offset=56
  local.get $10
 )
 (func $assembly/columns/coalesceColumns (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (param $6 i32) (param $7 i32) (param $8 i32) (result i32)
  (local $9 i32)
  (local $10 i32)
  (local $11 i32)
  (local $12 i32)
  (local $13 i64)
  (local $14 i64)
  (local $15 i32)
  (local $16 i64)
  (local $17 i32)
  (local $18 i64)
  local.get $0
  i32.const 0
  i32.store offset=60
  loop $while-continue|0
   local.get $6
   local.get $10
   i32.gt_u
   if
    block $while-break|0
     local.get $6
     local.get $10
     i32.const 512
     i32.add
     local.tee $9
     local.get $6
     local.get $9
     i32.lt_u
     select
     local.set $11
     local.get $10
     local.set $9
     local.get $0
     i32.const 2976
     i32.add
     local.set $15
     i64.const 0
     local.set $13
     i64.const 0
     local.set $14
     i64.const 0
     local.set $16
     i32.const 1
     local.set $17
     loop $for-loop|1
      local.get $9
      local.get $11
      i32.lt_u
      if
       local.get $1
       local.get $2
       local.get $9
       call $assembly/column/element
       local.set $13
       local.get $3
       local.get $4
       local.get $9
       call $assembly/column/element
       local.tee $14
       i64.const 1
       i64.sub
       local.set $18
       local.get $5
       if (result i64)
        local.get $5
        local.get $9
        i32.const 2
        i32.shl
        i32.add
        i64.load32_u
        i64.const 32
        i64.shl
       else
        i64.const 0
       end
       local.tee $16
       i64.const 1069446856704
       i64.and
       i64.const 1
       local.get $1
       local.get $2
       local.get $9
       call $assembly/column/isExact
       if (result i32)
        local.get $3
        local.get $4
        local.get $9
        call $assembly/column/isExact
       else
        i32.const 0
       end
       select
       i64.eqz
       local.get $14
       i64.eqz
       local.get $13
       local.get $13
       local.get $18
       i64.add
       i64.le_u
       i32.or
       i32.and
       local.tee $17
       i32.eqz
       local.get $18
       i64.const 4294967295
       i64.ge_u
       i32.or
       i32.eqz
       if
        local.get $15
        local.get $13
        i64.store
        local.get $15
        local.get $14
        local.get $16
        i64.or
        i64.store offset=8
        local.get $15
        i32.const 16
        i32.add
        local.set $15
        local.get $9
        i32.const 1
        i32.add
        local.set $9
        br $for-loop|1
       end
      end
     end
     local.get $0
     local.get $0
     i32.const 2976
     i32.add
     local.get $9
     local.get $10
     i32.sub
     local.get $7
     local.get $12
     i32.const 4
     i32.shl
     i32.add
     local.get $8
     local.get $12
     i32.sub
     call $assembly/records/coalesceRecords
     local.get $12
     i32.add
     local.set $12
     local.get $10
     local.get $0
     i32.load offset=56
     i32.add
     local.tee $10
     local.get $9
     i32.lt_u
     br_if $while-break|0
     local.get $9
     local.get $11
     i32.eq
     br_if $while-continue|0
     local.get $17
     if (result i32)
      local.get $14
      i64.eqz
      if (result i32)
       local.get $0
       i32.load offset=28
      else
       i32.const 1
      end
     else
      i32.const 0
     end
     i32.eqz
     if
      local.get $0
      i32.const 1
      i32.store offset=60
      br $while-break|0
     end
     local.get $14
     i64.const 0
     i64.ne
     if
      local.get $0
      local.get $7
      local.get $12
      i32.const 4
      i32.shl
      i32.add
      local.tee $11
      local.get $8
      local.get $12
      i32.sub
      call $assembly/run/openOutput
      local.get $0
      local.get $13
      local.get $13
      local.get $14
      i64.const 1
      i64.sub
      i64.add
      local.get $16
      call $assembly/run/takeRange
      local.get $12
      local.get $0
      i32.load offset=64
      local.get $11
      i32.sub
      i32.const 4
      i32.shr_u
      i32.add
      local.set $12
      i32.eqz
      br_if $while-break|0
     end
     local.get $10
     i32.const 1
     i32.add
     local.set $10
     br $while-continue|0
    end
   end
  end
  local.get $0
  local.get $10
  i32.store offset=56
  local.get $12
 )
 (func $assembly/breaks/writePacking (param $0 i32)
  (local $1 i32)
  (local $2 i32)
  (local $3 i32)
  loop $for-loop|0
   local.get $3
   i32.const 16
   i32.lt_u
   if
    local.get $0
    local.get $3
    i32.const 4
    i32.shl
    i32.add
    local.set $1
    i32.const 0
    local.set $2
    loop $for-loop|1
     local.get $2
     i32.const 4
     i32.lt_u
     if
      local.get $3
      local.get $2
      i32.shr_u
      i32.const 1
      i32.and
      if
       local.get $1
       local.get $2
       i32.const 67372036
       i32.mul
       i32.const 50462976
       i32.add
       i32.store offset=128
       local.get $1
       i32.const 4
       i32.add
       local.set $1
      end
      local.get $2
      i32.const 1
      i32.add
      local.set $2
      br $for-loop|1
     end
    end
    local.get $3
    i32.const 1
    i32.add
    local.set $3
    br $for-loop|0
   end
  end
 )
 (func $assembly/breaks/noteFrameBreaks (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (result i32)
  (local $5 i32)
  (local $6 v128)
  (local $7 i32)
  (local $8 i32)
  (local $9 i32)
  (local $10 v128)
  (local $11 i32)
  (local $12 i32)
  (local $13 v128)
  (local $14 v128)
  local.get $1
  local.get $2
  i32.const 3
  i32.shl
  i32.add
  local.tee $5
  local.get $3
  call $assembly/ahead/aheadOf
  local.set $11
  local.get $0
  i32.const 2448
  i32.add
  local.tee $3
  local.set $7
  local.get $4
  if
   local.get $1
   local.set $2
   loop $for-loop|0
    local.get $2
    local.get $5
    i32.lt_u
    if
     local.get $8
     local.get $2
     local.get $11
     i32.add
     i32.load8_u
     i32.or
     local.set $8
     local.get $2
     v128.load offset=8
     local.get $2
     v128.load
     v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
     i64x2.add
     i64x2.eq
     local.get $2
     v128.load offset=24
     local.get $2
     v128.load offset=16
     v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
     i64x2.add
     i64x2.eq
     v128.and
     local.set $6
     local.get $2
     v128.load offset=40
     local.get $2
     v128.load offset=32
     v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
     i64x2.add
     i64x2.eq
     local.get $2
     v128.load offset=56
     local.get $2
     v128.load offset=48
     v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
     i64x2.add
     i64x2.eq
     v128.and
     local.set $13
     local.get $7
     local.get $2
     i32.store
     local.get $7
     local.get $6
     local.get $13
     v128.and
     i64x2.bitmask
     i32.const 3
     i32.xor
     i32.const 3
     i32.add
     i32.const 4
     i32.and
     i32.add
     local.set $7
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
  local.set $9
  local.get $5
  local.set $2
  loop $while-continue|1
   local.get $3
   local.get $7
   i32.lt_u
   local.get $1
   local.get $5
   i32.lt_u
   local.get $4
   select
   if
    local.get $4
    if
     local.get $3
     i32.load
     local.tee $1
     i32.const -64
     i32.sub
     local.set $2
     local.get $3
     i32.const 4
     i32.add
     local.set $3
    end
    local.get $1
    i32x4.splat
    v128.const i32x4 0x00000008 0x00000010 0x00000018 0x00000020
    i32x4.add
    local.set $6
    loop $for-loop|2
     local.get $1
     local.get $2
     i32.lt_u
     if
      local.get $8
      local.get $1
      local.get $11
      i32.add
      i32.load8_u
      i32.or
      local.set $8
      local.get $10
      local.get $1
      v128.load offset=8
      local.tee $13
      local.get $1
      v128.load offset=24
      local.tee $14
      v128.or
      v128.or
      local.set $10
      local.get $9
      local.get $6
      local.get $0
      local.get $13
      local.get $1
      v128.load
      v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
      i64x2.add
      i64x2.eq
      i64x2.bitmask
      local.get $14
      local.get $1
      v128.load offset=16
      v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
      i64x2.add
      i64x2.eq
      i64x2.bitmask
      i32.const 2
      i32.shl
      i32.or
      i32.const 15
      i32.xor
      local.tee $12
      i32.const 4
      i32.shl
      i32.add
      v128.load offset=128
      i8x16.swizzle
      v128.store
      local.get $9
      local.get $12
      i32.popcnt
      i32.const 2
      i32.shl
      i32.add
      local.set $9
      local.get $6
      v128.const i32x4 0x00000020 0x00000020 0x00000020 0x00000020
      i32x4.add
      local.set $6
      local.get $1
      i32.const 32
      i32.add
      local.set $1
      br $for-loop|2
     end
    end
    br $while-continue|1
   end
  end
  local.get $0
  local.get $8
  i32.store offset=80
  local.get $0
  i64.const 0
  local.get $10
  i64x2.extract_lane 0
  local.get $10
  i64x2.extract_lane 1
  i64.or
  call $assembly/state/setBlockBits
  local.get $9
  local.get $0
  i32.sub
  i32.const 384
  i32.sub
  i32.const 2
  i32.shr_u
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
