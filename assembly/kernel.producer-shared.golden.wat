(module
 (type $0 (func (param i32 i32 i32 i32) (result i32)))
 (type $1 (func (param i32 i32) (result i32)))
 (import "env" "memory" (memory $0 1 65536 shared))
 (export "countValid" (func $assembly/records/countValid))
 (export "publish" (func $assembly/ring-publish/publish))
 (func $assembly/ring-publish/publish (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (result i32)
  local.get $0
  i32.load offset=128
  i32.const 1
  i32.ne
  if (result i32)
   i32.const 1
  else
   local.get $0
   i32.load offset=32
   local.get $3
   i32.ne
  end
  if
   i32.const 2
   return
  end
  local.get $1
  local.get $2
  i32.gt_u
  if
   local.get $0
   local.get $0
   i32.load offset=260
   i32.const 1
   i32.add
   i32.store offset=260
  end
  local.get $0
  local.get $0
  i32.load offset=264
  i32.const 1
  i32.add
  i32.store offset=264
  local.get $0
  local.get $2
  i32.atomic.store offset=256
  local.get $0
  i32.atomic.load offset=516
  i32.eqz
  i32.eqz
 )
 (func $assembly/records/countValid (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  (local $3 v128)
  (local $4 i32)
  (local $5 v128)
  (local $6 v128)
  (local $7 i64)
  (local $8 i64)
  (local $9 v128)
  (local $10 v128)
  (local $11 v128)
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
      local.tee $10
      local.get $1
      v128.load offset=16
      local.tee $9
      i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
      local.set $3
      local.get $1
      v128.load offset=32
      local.tee $11
      local.get $1
      v128.load offset=48
      local.tee $6
      i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
      local.set $5
      local.get $10
      local.get $9
      i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31
      v128.const i32x4 0xffffffff 0x000000f9 0xffffffff 0x000000f9
      v128.and
      v128.const i32x4 0x00000001 0x00000000 0x00000001 0x00000000
      i64x2.sub
      local.tee $9
      local.get $11
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
      local.get $9
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
     i64.load offset=8
     i64.const 1073741823999
     i64.and
     i64.const 1
     i64.sub
     local.tee $7
     i64.const 32
     i64.shr_u
     i64.eqz
     local.get $1
     i64.load
     local.tee $8
     local.get $7
     local.get $8
     i64.add
     i64.le_u
     i32.and
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
)
