(module
 (type $0 (func (param i32 i32) (result i32)))
 (type $1 (func (param i32) (result i32)))
 (type $2 (func (param i32 i64) (result i32)))
 (type $3 (func (param i32 i32 i64) (result i32)))
 (type $4 (func (param i32 i32 i64 i32 i32) (result i32)))
 (type $5 (func (param i32 i64 i64 i64) (result i32)))
 (type $6 (func (param i32) (result i64)))
 (type $7 (func (param i32)))
 (type $8 (func (param i32 i32 i32 i32) (result i32)))
 (type $9 (func (param i32 i32 i32 i32 i32) (result i32)))
 (type $10 (func (param i32 i32 i32 i32)))
 (type $11 (func (param i32 i32 i32 i32 i64) (result i32)))
 (type $12 (func (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
 (import "env" "memory" (memory $0 1 65536))
 (global $assembly/text-layout/TEXT_ABI i32 (i32.const 1))
 (global $assembly/text-number/cursor (mut i32) (i32.const 0))
 (global $assembly/text-number/value (mut i64) (i64.const 0))
 (global $assembly/text-ndjson/cursor (mut i32) (i32.const 0))
 (global $assembly/text-ndjson/value (mut i64) (i64.const 0))
 (export "parseCsv" (func $assembly/text-csv/parseCsv))
 (export "formatCsv" (func $assembly/text-format/formatCsv))
 (export "formatNdjson" (func $assembly/text-format/formatNdjson))
 (export "TEXT_ABI" (global $assembly/text-layout/TEXT_ABI))
 (export "parseNdjson" (func $assembly/text-ndjson/parseNdjson))
 (export "openText" (func $assembly/text-open/openText))
 (func $assembly/text-csv/afterBlanks (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  local.get $0
  i32.load8_u
  local.set $2
  loop $while-continue|0
   local.get $2
   i32.const 9
   i32.eq
   local.get $2
   i32.const 32
   i32.eq
   i32.or
   local.get $1
   local.get $2
   i32.ne
   i32.and
   if
    local.get $0
    i32.const 1
    i32.add
    local.tee $0
    i32.load8_u
    local.set $2
    br $while-continue|0
   end
  end
  local.get $0
 )
 (func $assembly/text-format/putDecimal (param $0 i32) (param $1 i64) (result i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i64)
  (local $5 i32)
  (local $6 i64)
  (local $7 i64)
  local.get $1
  i64.const 100000000
  i64.lt_u
  if
   local.get $1
   i32.wrap_i64
   local.tee $2
   i32.const 10000
   i32.div_u
   local.tee $3
   i64.extend_i32_u
   local.get $2
   local.get $3
   i32.const 10000
   i32.mul
   i32.sub
   i64.extend_i32_u
   i64.const 32
   i64.shl
   i64.or
   local.tee $1
   i64.const 10486
   i64.mul
   i64.const 20
   i64.shr_u
   i64.const 545460846719
   i64.and
   local.tee $4
   local.get $1
   local.get $4
   i64.const 100
   i64.mul
   i64.sub
   i64.const 16
   i64.shl
   i64.or
   local.tee $1
   i64.const 103
   i64.mul
   i64.const 10
   i64.shr_u
   i64.const 4222189076152335
   i64.and
   local.tee $4
   local.get $1
   local.get $4
   i64.const 10
   i64.mul
   i64.sub
   i64.const 8
   i64.shl
   i64.or
   local.tee $1
   i64.const 72057594037927936
   i64.or
   i64.ctz
   i64.const 56
   i64.and
   local.set $4
   local.get $0
   local.get $1
   i64.const 3472328296227680304
   i64.or
   local.get $4
   i64.shr_u
   i64.store
   local.get $0
   i32.const 8
   i32.add
   local.get $4
   i64.const 3
   i64.shr_u
   i32.wrap_i64
   i32.sub
   return
  end
  local.get $1
  local.get $1
  i64.const 100000000
  i64.div_u
  local.tee $1
  i64.const 100000000
  i64.mul
  i64.sub
  i32.wrap_i64
  local.set $2
  local.get $1
  i64.const 100000000
  i64.lt_u
  if (result i32)
   local.get $1
   i32.wrap_i64
   local.tee $3
   i32.const 10000
   i32.div_u
   local.tee $5
   i64.extend_i32_u
   local.get $3
   local.get $5
   i32.const 10000
   i32.mul
   i32.sub
   i64.extend_i32_u
   i64.const 32
   i64.shl
   i64.or
   local.tee $1
   i64.const 10486
   i64.mul
   i64.const 20
   i64.shr_u
   i64.const 545460846719
   i64.and
   local.tee $4
   local.get $1
   local.get $4
   i64.const 100
   i64.mul
   i64.sub
   i64.const 16
   i64.shl
   i64.or
   local.tee $1
   i64.const 103
   i64.mul
   i64.const 10
   i64.shr_u
   i64.const 4222189076152335
   i64.and
   local.tee $4
   local.get $1
   local.get $4
   i64.const 10
   i64.mul
   i64.sub
   i64.const 8
   i64.shl
   i64.or
   local.tee $1
   i64.const 72057594037927936
   i64.or
   i64.ctz
   i64.const 56
   i64.and
   local.set $4
   local.get $0
   local.get $1
   i64.const 3472328296227680304
   i64.or
   local.get $4
   i64.shr_u
   i64.store
   local.get $0
   i32.const 8
   i32.add
   local.get $4
   i64.const 3
   i64.shr_u
   i32.wrap_i64
   i32.sub
  else
   local.get $1
   i64.const 100000000
   i64.div_u
   local.tee $4
   i32.wrap_i64
   local.tee $3
   i32.const 10000
   i32.div_u
   local.tee $5
   i64.extend_i32_u
   local.get $3
   local.get $5
   i32.const 10000
   i32.mul
   i32.sub
   i64.extend_i32_u
   i64.const 32
   i64.shl
   i64.or
   local.tee $6
   i64.const 10486
   i64.mul
   i64.const 20
   i64.shr_u
   i64.const 545460846719
   i64.and
   local.tee $7
   local.get $6
   local.get $7
   i64.const 100
   i64.mul
   i64.sub
   i64.const 16
   i64.shl
   i64.or
   local.tee $6
   i64.const 103
   i64.mul
   i64.const 10
   i64.shr_u
   i64.const 4222189076152335
   i64.and
   local.tee $7
   local.get $6
   local.get $7
   i64.const 10
   i64.mul
   i64.sub
   i64.const 8
   i64.shl
   i64.or
   local.tee $6
   i64.const 72057594037927936
   i64.or
   i64.ctz
   i64.const 56
   i64.and
   local.set $7
   local.get $0
   local.get $6
   i64.const 3472328296227680304
   i64.or
   local.get $7
   i64.shr_u
   i64.store
   local.get $0
   i32.const 8
   i32.add
   local.get $7
   i64.const 3
   i64.shr_u
   i32.wrap_i64
   i32.sub
   local.tee $0
   local.get $1
   local.get $4
   i64.const 100000000
   i64.mul
   i64.sub
   i32.wrap_i64
   call $assembly/text-format/eightDigits
   i64.const 3472328296227680304
   i64.or
   i64.store
   local.get $0
   i32.const 8
   i32.add
  end
  local.tee $0
  local.get $2
  call $assembly/text-format/eightDigits
  i64.const 3472328296227680304
  i64.or
  i64.store
  local.get $0
  i32.const 8
  i32.add
 )
 (func $assembly/text-number/readNumber (param $0 i32) (result i32)
  (local $1 i32)
  (local $2 i64)
  (local $3 i32)
  (local $4 i32)
  local.get $0
  i32.load8_u
  i32.const 48
  i32.eq
  if (result i32)
   local.get $0
   i32.load8_u offset=1
   i32.const 32
   i32.or
   i32.const 120
   i32.eq
  else
   i32.const 0
  end
  if
   local.get $0
   i32.const 2
   i32.add
   local.tee $3
   local.set $0
   block $__inlined_func$assembly/text-number/readHex (result i32)
    loop $for-loop|0
     block $for-break0
      local.get $0
      i32.load8_u
      local.tee $4
      i32.const 48
      i32.sub
      local.tee $1
      i32.const 9
      i32.gt_u
      if
       local.get $4
       i32.const 32
       i32.or
       i32.const 97
       i32.sub
       local.tee $1
       i32.const 5
       i32.gt_u
       br_if $for-break0
       local.get $1
       i32.const 10
       i32.add
       local.set $1
      end
      i32.const 0
      local.get $2
      i64.const 60
      i64.shr_u
      i64.const 0
      i64.ne
      br_if $__inlined_func$assembly/text-number/readHex
      drop
      local.get $1
      i64.extend_i32_u
      local.get $2
      i64.const 4
      i64.shl
      i64.or
      local.set $2
      local.get $0
      i32.const 1
      i32.add
      local.set $0
      br $for-loop|0
     end
    end
    local.get $0
    global.set $assembly/text-number/cursor
    local.get $2
    global.set $assembly/text-number/value
    local.get $0
    local.get $3
    i32.ne
   end
   return
  end
  local.get $0
  i32.load8_u
  i32.const 48
  i32.sub
  local.set $3
  local.get $0
  local.set $1
  loop $while-continue|0
   local.get $3
   i32.const 9
   i32.le_u
   if
    local.get $3
    i32.const 5
    i32.gt_u
    local.get $2
    i64.const 1844674407370955161
    i64.gt_u
    i32.or
    local.get $2
    i64.const 1844674407370955161
    i64.ge_u
    i32.and
    if
     i32.const 0
     return
    end
    local.get $3
    i64.extend_i32_u
    local.get $2
    i64.const 10
    i64.mul
    i64.add
    local.set $2
    local.get $1
    i32.const 1
    i32.add
    local.tee $1
    i32.load8_u
    i32.const 48
    i32.sub
    local.set $3
    br $while-continue|0
   end
  end
  local.get $1
  global.set $assembly/text-number/cursor
  local.get $2
  global.set $assembly/text-number/value
  local.get $0
  local.get $1
  i32.ne
 )
 (func $assembly/text-format/putHex (param $0 i32) (param $1 i32) (param $2 i64) (result i32)
  (local $3 i64)
  (local $4 v128)
  local.get $1
  i32.const 30768
  i32.store16
  local.get $1
  local.get $0
  v128.load offset=288
  local.get $2
  i64.const 8
  i64.shr_u
  i64.const 71777214294589695
  i64.and
  local.get $2
  i64.const 71777214294589695
  i64.and
  i64.const 8
  i64.shl
  i64.or
  local.tee $3
  i64.const 16
  i64.shr_u
  i64.const 281470681808895
  i64.and
  local.get $3
  i64.const 281470681808895
  i64.and
  i64.const 16
  i64.shl
  i64.or
  i64.const 32
  i64.rotr
  i64x2.splat
  local.tee $4
  i32.const 4
  i8x16.shr_u
  local.get $4
  v128.const i32x4 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f 0x0f0f0f0f
  v128.and
  i8x16.shuffle 0 16 1 17 2 18 3 19 4 20 5 21 6 22 7 23
  i8x16.swizzle
  local.get $0
  local.get $2
  i64.const 1
  i64.or
  i64.clz
  i64.const 2
  i64.shr_u
  i32.wrap_i64
  local.tee $0
  i32.add
  v128.load offset=304
  i8x16.swizzle
  v128.store offset=2
  local.get $1
  i32.const 18
  i32.add
  local.get $0
  i32.sub
 )
 (func $assembly/text-ndjson/readValue (param $0 i32) (param $1 i32) (result i32)
  (local $2 v128)
  (local $3 i64)
  (local $4 i32)
  (local $5 i32)
  local.get $1
  local.get $1
  i32.load8_u
  i32.const 32
  i32.eq
  i32.add
  local.tee $4
  i32.load8_u
  i32.const 34
  i32.eq
  local.set $1
  local.get $1
  local.get $4
  i32.add
  local.tee $4
  v128.load
  v128.const i32x4 0x46464646 0x46464646 0x46464646 0x46464646
  i8x16.add
  v128.const i32x4 0x76767676 0x76767676 0x76767676 0x76767676
  i8x16.lt_s
  i8x16.bitmask
  i32.const 65536
  i32.or
  i32.ctz
  local.tee $5
  i32.const 1
  i32.sub
  i32.const 15
  i32.lt_u
  if (result i32)
   local.get $4
   local.get $5
   i32.add
   i32.load8_u
   i32.const 32
   i32.or
   i32.const 120
   i32.ne
  else
   i32.const 0
  end
  if
   local.get $4
   local.get $5
   i32.add
   global.set $assembly/text-ndjson/cursor
   global.get $assembly/text-ndjson/cursor
   i32.const 16
   i32.sub
   v128.load
   v128.const i32x4 0x30303030 0x30303030 0x30303030 0x30303030
   i8x16.sub
   local.get $0
   local.get $5
   i32.const 4
   i32.shl
   i32.add
   v128.load offset=16
   v128.and
   v128.const i32x4 0x0a010a01 0x0a010a01 0x0a010a01 0x0a010a01
   i16x8.mul
   i32.const 8
   i16x8.shr_u
   v128.const i32x4 0x00010064 0x00010064 0x00010064 0x00010064
   i32x4.dot_i16x8_s
   local.tee $2
   local.get $2
   i16x8.narrow_i32x4_u
   v128.const i32x4 0x00012710 0x00012710 0x00012710 0x00012710
   i32x4.dot_i16x8_s
   i64x2.extract_lane 0
   local.tee $3
   i64.const 4294967295
   i64.and
   i64.const 100000000
   i64.mul
   local.get $3
   i64.const 32
   i64.shr_u
   i64.add
   global.set $assembly/text-ndjson/value
  else
   local.get $4
   call $assembly/text-number/readNumber
   i32.eqz
   if
    i32.const 0
    return
   end
   global.get $assembly/text-number/cursor
   global.set $assembly/text-ndjson/cursor
   global.get $assembly/text-number/value
   global.set $assembly/text-ndjson/value
  end
  local.get $1
  if
   global.get $assembly/text-ndjson/cursor
   local.tee $0
   i32.const 1
   i32.add
   global.set $assembly/text-ndjson/cursor
   local.get $0
   i32.load8_u
   i32.const 34
   i32.eq
   return
  end
  global.get $assembly/text-ndjson/value
  i64.const 9007199254740991
  i64.le_u
  if (result i32)
   global.get $assembly/text-ndjson/cursor
   local.get $4
   i32.const 1
   i32.add
   i32.eq
   local.get $4
   i32.load8_u
   i32.const 48
   i32.ne
   i32.or
  else
   i32.const 0
  end
 )
 (func $assembly/text-format/putValue (param $0 i32) (param $1 i32) (param $2 i64) (param $3 i32) (param $4 i32) (result i32)
  local.get $4
  i32.eqz
  local.get $3
  i32.const 2
  i32.ne
  i32.and
  if
   local.get $1
   local.get $2
   call $assembly/text-format/putDecimal
   return
  end
  local.get $1
  i32.const 34
  i32.store8
  local.get $3
  i32.const 2
  i32.eq
  if (result i32)
   local.get $0
   local.get $1
   i32.const 1
   i32.add
   local.get $2
   call $assembly/text-format/putHex
  else
   local.get $1
   i32.const 1
   i32.add
   local.get $2
   call $assembly/text-format/putDecimal
  end
  local.tee $0
  i32.const 34
  i32.store8
  local.get $0
  i32.const 1
  i32.add
 )
 (func $assembly/text-record/putRange (param $0 i32) (param $1 i64) (param $2 i64) (param $3 i64) (result i32)
  (local $4 i32)
  local.get $1
  i64.const 0
  local.get $2
  i64.sub
  i64.gt_u
  local.get $2
  i64.const 1
  i64.sub
  i64.const 4294967296
  i64.ge_u
  i32.or
  local.get $3
  i64.const -4294967047
  i64.and
  i64.const 0
  i64.ne
  i32.or
  if
   i32.const 0
   return
  end
  local.get $0
  i32.load
  local.tee $4
  local.get $1
  i64.store
  local.get $4
  local.get $2
  local.get $3
  i64.const 32
  i64.shl
  i64.or
  i64.store offset=8
  local.get $0
  local.get $4
  i32.const 16
  i32.add
  i32.store
  i32.const 1
 )
 (func $assembly/text-ndjson/afterComma (param $0 i32) (result i32)
  local.get $0
  i32.load8_u
  i32.const 44
  i32.ne
  if
   local.get $0
   return
  end
  local.get $0
  i32.const 1
  i32.add
  local.get $0
  i32.load8_u offset=1
  i32.const 32
  i32.eq
  i32.add
 )
 (func $assembly/text-format/eightDigits (param $0 i32) (result i64)
  (local $1 i64)
  (local $2 i32)
  (local $3 i64)
  local.get $0
  i32.const 10000
  i32.div_u
  local.tee $2
  i64.extend_i32_u
  local.get $0
  local.get $2
  i32.const 10000
  i32.mul
  i32.sub
  i64.extend_i32_u
  i64.const 32
  i64.shl
  i64.or
  local.tee $1
  i64.const 10486
  i64.mul
  i64.const 20
  i64.shr_u
  i64.const 545460846719
  i64.and
  local.tee $3
  local.get $1
  local.get $3
  i64.const 100
  i64.mul
  i64.sub
  i64.const 16
  i64.shl
  i64.or
  local.tee $1
  i64.const 103
  i64.mul
  i64.const 10
  i64.shr_u
  i64.const 4222189076152335
  i64.and
  local.tee $3
  local.get $1
  local.get $3
  i64.const 10
  i64.mul
  i64.sub
  i64.const 8
  i64.shl
  i64.or
 )
 (func $assembly/text-csv/lineEnd (param $0 i32) (result i32)
  (local $1 i32)
  local.get $0
  i32.load8_u
  local.tee $1
  i32.const 10
  i32.eq
  if
   local.get $0
   i32.const 1
   i32.add
   return
  end
  local.get $0
  i32.const 2
  i32.add
  local.get $0
  local.get $1
  i32.const 13
  i32.eq
  if (result i32)
   local.get $0
   i32.load8_u offset=1
   i32.const 10
   i32.eq
  else
   i32.const 0
  end
  select
 )
 (func $assembly/text-open/openText (param $0 i32)
  (local $1 i32)
  (local $2 i32)
  (local $3 i32)
  loop $for-loop|0
   local.get $3
   i32.const 16
   i32.le_u
   if
    i32.const 0
    local.set $1
    loop $for-loop|1
     local.get $1
     i32.const 16
     i32.lt_u
     if
      local.get $0
      local.get $3
      i32.const 4
      i32.shl
      i32.add
      local.get $1
      i32.add
      i32.const 255
      i32.const 0
      local.get $1
      local.get $3
      i32.add
      i32.const 16
      i32.ge_u
      select
      i32.store8 offset=16
      local.get $1
      i32.const 1
      i32.add
      local.set $1
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
  loop $for-loop|2
   local.get $2
   i32.const 16
   i32.lt_u
   if
    local.get $0
    local.get $2
    i32.add
    local.tee $1
    local.get $2
    i32.const 48
    i32.add
    local.get $2
    i32.const 87
    i32.add
    local.get $2
    i32.const 10
    i32.lt_u
    select
    i32.store8 offset=288
    local.get $1
    local.get $2
    i32.store8 offset=304
    local.get $1
    i32.const 128
    i32.store8 offset=320
    local.get $2
    i32.const 1
    i32.add
    local.set $2
    br $for-loop|2
   end
  end
 )
 (func $assembly/text-ndjson/parseObject (param $0 i32) (param $1 i32) (result i32)
  (local $2 i32)
  (local $3 i32)
  (local $4 i64)
  (local $5 i64)
  (local $6 i64)
  block $folding-inner0
   local.get $1
   i64.load
   i64.const 4189036378914366075
   i64.ne
   if (result i32)
    i32.const 0
   else
    local.get $0
    local.get $1
    i32.const 8
    i32.add
    call $assembly/text-ndjson/readValue
   end
   i32.eqz
   br_if $folding-inner0
   global.get $assembly/text-ndjson/value
   local.set $4
   global.get $assembly/text-ndjson/cursor
   call $assembly/text-ndjson/afterComma
   local.tee $2
   global.get $assembly/text-ndjson/cursor
   i32.eq
   if (result i32)
    i32.const 1
   else
    local.get $2
    i64.load
    i64.const 2479359582450052130
    i64.ne
   end
   if (result i32)
    i32.const 1
   else
    local.get $2
    i32.load8_u offset=8
    i32.const 58
    i32.ne
   end
   if (result i32)
    i32.const 0
   else
    local.get $0
    local.get $2
    i32.const 9
    i32.add
    call $assembly/text-ndjson/readValue
   end
   i32.eqz
   br_if $folding-inner0
   global.get $assembly/text-ndjson/value
   local.set $5
   global.get $assembly/text-ndjson/cursor
   call $assembly/text-ndjson/afterComma
   local.tee $2
   global.get $assembly/text-ndjson/cursor
   i32.ne
   if
    local.get $2
    i64.load
    i64.const 4189037491261302306
    i64.ne
    if (result i32)
     i32.const 0
    else
     local.get $0
     local.get $2
     i32.const 8
     i32.add
     call $assembly/text-ndjson/readValue
    end
    i32.eqz
    br_if $folding-inner0
    global.get $assembly/text-ndjson/value
    local.set $6
    global.get $assembly/text-ndjson/cursor
    local.set $2
   end
   local.get $2
   i32.load8_u
   i32.const 125
   i32.ne
   br_if $folding-inner0
   local.get $2
   i32.const 2
   i32.add
   local.set $3
   local.get $2
   i32.load8_u offset=1
   i32.const 10
   i32.ne
   if
    local.get $2
    i32.load16_u offset=1
    i32.const 2573
    i32.ne
    br_if $folding-inner0
    local.get $3
    i32.const 1
    i32.add
    local.set $3
   end
   local.get $3
   local.get $1
   i32.sub
   i32.const 65536
   i32.gt_u
   br_if $folding-inner0
   local.get $3
   local.get $1
   local.get $0
   local.get $4
   local.get $5
   local.get $6
   call $assembly/text-record/putRange
   select
   return
  end
  local.get $1
 )
 (func $assembly/text-ndjson/parseNdjson (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (result i32)
  (local $4 i32)
  loop $while-continue|0
   local.get $1
   local.get $2
   i32.lt_u
   if (result i32)
    local.get $0
    i32.load
    local.get $3
    i32.ne
   else
    i32.const 0
   end
   if
    local.get $0
    local.get $1
    call $assembly/text-ndjson/parseObject
    local.tee $4
    local.get $1
    i32.ne
    if
     local.get $4
     local.set $1
     br $while-continue|0
    end
   end
  end
  local.get $1
 )
 (func $assembly/text-format/formatNdjson (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (result i32)
  (local $5 i32)
  (local $6 i64)
  (local $7 i32)
  (local $8 i64)
  (local $9 i64)
  i32.const 666749
  i32.const 2685
  local.get $4
  select
  local.set $7
  local.get $0
  i32.load
  local.set $5
  loop $while-continue|0
   local.get $1
   local.get $2
   i32.lt_u
   if
    local.get $3
    i32.const 1
    i32.eq
    local.get $1
    i64.load
    local.tee $8
    i64.const 53
    i64.shr_u
    i64.const 0
    i64.ne
    i32.and
    i32.eqz
    if
     local.get $1
     i64.load offset=8
     local.tee $9
     i64.const 32
     i64.shr_u
     i64.const -2
     i64.and
     local.set $6
     local.get $5
     i64.const 4189036378914366075
     i64.store
     local.get $0
     local.get $5
     i32.const 8
     i32.add
     local.get $8
     local.get $3
     local.get $3
     i32.eqz
     call $assembly/text-format/putValue
     local.tee $5
     i64.const 7526754601088590380
     i64.store
     local.get $5
     i32.const 14882
     i32.store16 offset=8
     local.get $0
     local.get $5
     i32.const 10
     i32.add
     local.get $9
     i64.const 8589934591
     i64.and
     local.get $3
     i32.const 0
     call $assembly/text-format/putValue
     local.set $5
     local.get $6
     i64.const 0
     i64.ne
     if
      local.get $5
      i64.const 2482441487739396652
      i64.store
      local.get $5
      i32.const 58
      i32.store8 offset=8
      local.get $0
      local.get $5
      i32.const 9
      i32.add
      local.get $6
      local.get $3
      i32.const 0
      call $assembly/text-format/putValue
      local.set $5
     end
     local.get $5
     local.get $7
     i32.store
     local.get $5
     local.get $4
     i32.const 2
     i32.add
     i32.add
     local.set $5
     local.get $1
     i32.const 16
     i32.add
     local.set $1
     br $while-continue|0
    end
   end
  end
  local.get $0
  local.get $5
  i32.store
  local.get $1
 )
 (func $assembly/text-format/formatCsv (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32)
  (local $4 i32)
  (local $5 i64)
  (local $6 i64)
  (local $7 i64)
  (local $8 i64)
  (local $9 i32)
  local.get $0
  i32.load
  local.set $4
  i64.const 667692
  i64.const 43762855980
  local.get $3
  i32.const 1
  i32.eq
  local.tee $9
  select
  local.set $8
  i32.const 3
  i32.const 5
  local.get $9
  select
  local.set $9
  loop $for-loop|0
   local.get $1
   local.get $2
   i32.lt_u
   if
    local.get $1
    i64.load
    local.set $6
    local.get $1
    i64.load offset=8
    local.tee $7
    i64.const 32
    i64.shr_u
    i64.const -2
    i64.and
    local.set $5
    local.get $3
    i32.const 1
    i32.eq
    if (result i32)
     local.get $4
     local.get $6
     call $assembly/text-format/putDecimal
    else
     local.get $0
     local.get $4
     local.get $6
     call $assembly/text-format/putHex
    end
    local.tee $4
    i32.const 44
    i32.store8
    local.get $3
    i32.const 2
    i32.eq
    if (result i32)
     local.get $0
     local.get $4
     i32.const 1
     i32.add
     local.get $7
     i64.const 8589934591
     i64.and
     call $assembly/text-format/putHex
    else
     local.get $4
     i32.const 1
     i32.add
     local.get $7
     i64.const 8589934591
     i64.and
     call $assembly/text-format/putDecimal
    end
    local.set $4
    block $for-continue|0 (result i32)
     local.get $5
     i64.eqz
     if
      local.get $4
      local.get $8
      i64.store
      local.get $4
      local.get $9
      i32.add
      br $for-continue|0
     end
     local.get $4
     i32.const 44
     i32.store8
     local.get $3
     i32.const 1
     i32.eq
     if (result i32)
      local.get $4
      i32.const 1
      i32.add
      local.get $5
      call $assembly/text-format/putDecimal
     else
      local.get $0
      local.get $4
      i32.const 1
      i32.add
      local.get $5
      call $assembly/text-format/putHex
     end
     local.tee $4
     i32.const 10
     i32.store8
     local.get $4
     i32.const 1
     i32.add
    end
    local.set $4
    local.get $1
    i32.const 16
    i32.add
    local.set $1
    br $for-loop|0
   end
  end
  local.get $0
  local.get $4
  i32.store
 )
 (func $assembly/text-csv/parseLine (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i64) (result i32)
  (local $5 i64)
  (local $6 i64)
  (local $7 i32)
  local.get $1
  local.get $2
  call $assembly/text-csv/afterBlanks
  local.tee $7
  call $assembly/text-number/readNumber
  i32.eqz
  if
   local.get $7
   call $assembly/text-csv/lineEnd
   local.tee $2
   local.get $7
   i32.eq
   local.get $2
   local.get $1
   i32.sub
   i32.const 65536
   i32.gt_u
   i32.or
   if
    local.get $1
    return
   end
   local.get $0
   local.get $0
   i32.load offset=4
   i32.const 1
   i32.add
   i32.store offset=4
   local.get $2
   return
  end
  global.get $assembly/text-number/value
  local.set $5
  global.get $assembly/text-number/cursor
  local.get $2
  call $assembly/text-csv/afterBlanks
  local.tee $7
  i32.load8_u
  local.get $2
  i32.ne
  if (result i32)
   i32.const 0
  else
   local.get $7
   i32.const 1
   i32.add
   local.get $2
   call $assembly/text-csv/afterBlanks
   call $assembly/text-number/readNumber
  end
  i32.eqz
  if
   local.get $1
   return
  end
  local.get $4
  local.get $5
  i64.and
  local.tee $4
  global.get $assembly/text-number/value
  i64.gt_u
  if
   local.get $1
   return
  end
  global.get $assembly/text-number/value
  local.get $4
  i64.sub
  local.set $6
  i64.const 0
  local.set $4
  local.get $3
  global.get $assembly/text-number/cursor
  local.get $2
  call $assembly/text-csv/afterBlanks
  local.tee $3
  i32.load8_u
  i32.eq
  if
   local.get $3
   i32.const 1
   i32.add
   local.get $2
   call $assembly/text-csv/afterBlanks
   local.tee $3
   call $assembly/text-number/readNumber
   if
    global.get $assembly/text-number/value
    local.set $4
    global.get $assembly/text-number/cursor
    local.get $2
    call $assembly/text-csv/afterBlanks
    local.set $3
   end
  end
  local.get $3
  local.get $3
  call $assembly/text-csv/lineEnd
  local.tee $2
  i32.eq
  local.get $2
  local.get $1
  i32.sub
  i32.const 65536
  i32.gt_u
  i32.or
  if
   local.get $1
   return
  end
  local.get $2
  local.get $1
  local.get $0
  local.get $5
  local.get $6
  local.get $4
  call $assembly/text-record/putRange
  select
 )
 (func $assembly/text-csv/parseCsv (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (param $6 i32) (result i32)
  (local $7 i32)
  (local $8 i64)
  (local $9 v128)
  (local $10 i32)
  (local $11 i64)
  (local $12 i64)
  (local $13 i64)
  (local $14 i32)
  (local $15 v128)
  (local $16 i32)
  (local $17 i32)
  local.get $0
  i32.load
  local.set $7
  local.get $6
  i64.extend_i32_s
  local.set $11
  local.get $0
  i32.const 0
  i32.store offset=4
  loop $while-continue|0
   local.get $3
   local.get $7
   i32.ne
   local.get $1
   local.get $2
   i32.lt_u
   i32.and
   if
    block $while-break|0
     local.get $1
     v128.load
     local.tee $15
     v128.const i32x4 0x46464646 0x46464646 0x46464646 0x46464646
     i8x16.add
     v128.const i32x4 0x76767676 0x76767676 0x76767676 0x76767676
     i8x16.lt_s
     i8x16.bitmask
     local.get $1
     v128.load offset=16
     local.tee $9
     v128.const i32x4 0x46464646 0x46464646 0x46464646 0x46464646
     i8x16.add
     v128.const i32x4 0x76767676 0x76767676 0x76767676 0x76767676
     i8x16.lt_s
     i8x16.bitmask
     i32.const 16
     i32.shl
     i32.or
     local.set $14
     local.get $1
     local.get $15
     v128.const i32x4 0x0a0a0a0a 0x0a0a0a0a 0x0a0a0a0a 0x0a0a0a0a
     i8x16.eq
     i8x16.bitmask
     local.get $9
     v128.const i32x4 0x0a0a0a0a 0x0a0a0a0a 0x0a0a0a0a 0x0a0a0a0a
     i8x16.eq
     i8x16.bitmask
     i32.const 16
     i32.shl
     i32.or
     local.tee $16
     i32.ctz
     i32.add
     local.set $10
     local.get $14
     local.get $14
     i32.const 1
     i32.sub
     i32.and
     i32.ctz
     local.tee $6
     local.get $14
     i32.ctz
     local.tee $17
     i32.sub
     i32.const 1
     i32.sub
     local.tee $14
     i32.const 1
     i32.sub
     i32.const 16
     i32.lt_u
     local.get $17
     i32.const 1
     i32.sub
     i32.const 16
     i32.lt_u
     i32.and
     local.get $16
     i32.const 0
     i32.ne
     i32.and
     if (result i32)
      local.get $1
      local.get $17
      i32.add
      i32.load8_u
      local.get $4
      i32.eq
     else
      i32.const 0
     end
     if
      local.get $1
      local.get $17
      i32.add
      i32.const 16
      i32.sub
      v128.load
      v128.const i32x4 0x30303030 0x30303030 0x30303030 0x30303030
      i8x16.sub
      local.get $0
      local.get $17
      i32.const 4
      i32.shl
      i32.add
      v128.load offset=16
      v128.and
      v128.const i32x4 0x0a010a01 0x0a010a01 0x0a010a01 0x0a010a01
      i16x8.mul
      i32.const 8
      i16x8.shr_u
      v128.const i32x4 0x00010064 0x00010064 0x00010064 0x00010064
      i32x4.dot_i16x8_s
      local.get $1
      local.get $6
      i32.add
      local.tee $6
      i32.const 16
      i32.sub
      v128.load
      v128.const i32x4 0x30303030 0x30303030 0x30303030 0x30303030
      i8x16.sub
      local.get $0
      local.get $14
      i32.const 4
      i32.shl
      i32.add
      v128.load offset=16
      v128.and
      v128.const i32x4 0x0a010a01 0x0a010a01 0x0a010a01 0x0a010a01
      i16x8.mul
      i32.const 8
      i16x8.shr_u
      v128.const i32x4 0x00010064 0x00010064 0x00010064 0x00010064
      i32x4.dot_i16x8_s
      i16x8.narrow_i32x4_u
      v128.const i32x4 0x00012710 0x00012710 0x00012710 0x00012710
      i32x4.dot_i16x8_s
      local.tee $9
      i64x2.extract_lane 0
      local.tee $8
      i64.const 4294967295
      i64.and
      i64.const 100000000
      i64.mul
      local.get $8
      i64.const 32
      i64.shr_u
      i64.add
      local.set $12
      local.get $9
      i64x2.extract_lane 1
      local.tee $8
      i64.const 4294967295
      i64.and
      i64.const 100000000
      i64.mul
      local.get $8
      i64.const 32
      i64.shr_u
      i64.add
      local.get $11
      local.get $12
      i64.and
      i64.sub
      local.set $13
      i64.const 0
      local.set $8
      local.get $6
      local.get $10
      i32.ne
      if (result i32)
       local.get $6
       i32.load8_u offset=1
       i32.const 48
       i32.sub
       local.tee $14
       i32.const -7
       i32.and
       i32.eqz
       local.get $6
       i32.load8_u
       local.get $5
       i32.eq
       i32.and
       if
        local.get $14
        i64.extend_i32_u
        local.set $8
        local.get $6
        i32.const 2
        i32.add
        local.set $6
       end
       local.get $6
       i32.const 1
       i32.add
       local.get $6
       local.get $6
       i32.load8_u
       i32.const 13
       i32.eq
       select
      else
       local.get $6
      end
      local.get $10
      i32.eq
      local.get $13
      i64.const 1
      i64.sub
      i64.const 4294967295
      i64.lt_u
      i32.and
      if
       local.get $7
       local.get $12
       i64.store
       local.get $7
       local.get $13
       local.get $8
       i64.const 32
       i64.shl
       i64.or
       i64.store offset=8
       local.get $7
       i32.const 16
       i32.add
       local.set $7
       local.get $10
       i32.const 1
       i32.add
       local.set $1
       br $while-continue|0
      end
     end
     local.get $0
     local.get $7
     i32.store
     local.get $0
     local.get $1
     local.get $4
     local.get $5
     local.get $11
     call $assembly/text-csv/parseLine
     local.set $6
     local.get $0
     i32.load
     local.set $7
     local.get $1
     local.get $6
     i32.eq
     br_if $while-break|0
     local.get $6
     local.set $1
     br $while-continue|0
    end
   end
  end
  local.get $0
  local.get $7
  i32.store
  local.get $1
 )
)
