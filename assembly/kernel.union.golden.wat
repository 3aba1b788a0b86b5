(module
 (type $0 (func (param i32 i32 i32)))
 (type $1 (func (param i32 i32 i32) (result i32)))
 (type $2 (func (param i32 i32 i32 i32 i32 i32)))
 (type $3 (func (param i32 i64 i64 i64)))
 (type $4 (func (param i32 i32 i64 i64 i64) (result i32)))
 (type $5 (func (param i64 i64) (result i64)))
 (type $6 (func (param i32) (result i32)))
 (type $7 (func (param i32 i32 i32 i32) (result i32)))
 (type $8 (func (param i32 i32) (result i32)))
 (type $9 (func (param i32 i32 i32 i32 i32) (result i32)))
 (type $10 (func (param i32 i32)))
 (import "env" "memory" (memory $0 1 65536))
 (global $assembly/union-layout/UNION_ABI i32 (i32.const 1))
 (export "flush" (func $assembly/run/flush))
 (export "clearCounters" (func $assembly/sort/clearCounters))
 (export "countDigits" (func $assembly/sort/countDigits))
 (export "placeDigits" (func $assembly/sort/placeDigits))
 (export "scatterDigits" (func $assembly/sort/scatterDigits))
 (export "cut" (func $assembly/union/cut))
 (export "finish" (func $assembly/union/finish))
 (export "inspect" (func $assembly/union/inspect))
 (export "merge" (func $assembly/union/merge))
 (export "UNION_ABI" (global $assembly/union-layout/UNION_ABI))
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
  (local $6 i64)
  (local $7 i32)
  (local $8 i64)
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $7
  local.get $0
  local.get $3
  local.get $4
  call $assembly/run/openOutput
  local.get $1
  local.set $2
  loop $for-loop|0
   local.get $2
   local.get $7
   i32.lt_u
   if
    local.get $2
    i64.load
    local.tee $5
    local.get $2
    i64.load offset=8
    local.tee $8
    call $assembly/union/lastOf
    local.set $6
    local.get $8
    i64.const -77309411328
    i64.and
    local.set $8
    block $__inlined_func$assembly/run/takeRange$24 (result i32)
     local.get $0
     i32.load offset=24
     if
      local.get $8
      i64.const 8589934592
      i64.and
      i64.const 1
      local.get $5
      i64.const 0
      i64.ne
      if (result i32)
       local.get $0
       i64.load offset=8
       local.get $5
       i64.const 1
       i64.sub
       i64.eq
      else
       i32.const 0
      end
      if (result i32)
       local.get $8
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
       local.get $6
       i64.store offset=8
       i32.const 1
       br $__inlined_func$assembly/run/takeRange$24
      end
      i32.const 0
      local.get $0
      call $assembly/run/emitRun
      i32.eqz
      br_if $__inlined_func$assembly/run/takeRange$24
      drop
     end
     local.get $0
     local.get $5
     local.get $6
     local.get $8
     call $assembly/run/hold
     i32.const 1
    end
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
)
