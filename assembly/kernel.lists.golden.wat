(module
 (type $0 (func (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
 (type $1 (func (param i32 i32 i32 i32 i32) (result i32)))
 (type $2 (func (param i32 i32 i32 i32) (result i32)))
 (type $3 (func (param i32 i32 i32 i32 i32 i32) (result i32)))
 (import "env" "memory" (memory $0 1 65536))
 (global $assembly/pages-layout/LISTS_ABI i32 (i32.const 3))
 (export "inspectBorders" (func $assembly/page-borders/inspectBorders))
 (export "expandBlocks" (func $assembly/pages-blocks/expandBlocks))
 (export "LISTS_ABI" (global $assembly/pages-layout/LISTS_ABI))
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
     local.tee $24
     local.get $14
     local.get $2
     i32.sub
     i32.const 3
     i32.shr_u
     i64.extend_i32_u
     local.tee $8
     i64.gt_u
     local.tee $22
     i32.eqz
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
 (func $assembly/pages-blocks/writeSingles (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (result i32)
  (local $5 v128)
  (local $6 i64)
  (local $7 v128)
  (local $8 v128)
  (local $9 v128)
  (local $10 v128)
  local.get $4
  i32.eqz
  if
   loop $for-loop|0
    local.get $0
    local.get $1
    i32.lt_u
    if
     local.get $5
     local.get $0
     v128.load
     local.tee $7
     local.get $0
     v128.load offset=16
     local.tee $8
     v128.or
     local.get $0
     v128.load offset=32
     local.tee $9
     local.get $0
     v128.load offset=48
     local.tee $10
     v128.or
     v128.or
     v128.or
     local.set $5
     local.get $2
     local.get $7
     local.get $8
     i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
     v128.store
     local.get $2
     local.get $9
     local.get $10
     i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
     v128.store offset=16
     local.get $2
     i32.const 32
     i32.add
     local.set $2
     local.get $0
     i32.const -64
     i32.sub
     local.set $0
     br $for-loop|0
    end
   end
   i64.const 1
   local.get $3
   i64.extend_i32_u
   i64.shl
   local.tee $6
   i64.const 1
   i64.sub
   local.get $5
   i64x2.extract_lane 0
   i64.and
   i64.eqz
   local.get $5
   i64x2.extract_lane 1
   i64.const 8589934591
   i64.and
   local.get $6
   i64.eq
   i32.and
   return
  end
  loop $for-loop|1
   local.get $0
   local.get $1
   i32.lt_u
   if
    local.get $5
    local.get $0
    v128.load
    local.tee $7
    local.get $0
    v128.load offset=16
    local.tee $8
    v128.or
    local.get $0
    v128.load offset=32
    local.tee $9
    local.get $0
    v128.load offset=48
    local.tee $10
    v128.or
    v128.or
    v128.or
    local.set $5
    local.get $2
    local.get $7
    local.get $8
    i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
    local.get $4
    i64x2.shr_u
    v128.store
    local.get $2
    local.get $9
    local.get $10
    i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
    local.get $4
    i64x2.shr_u
    v128.store offset=16
    local.get $2
    i32.const 32
    i32.add
    local.set $2
    local.get $0
    i32.const -64
    i32.sub
    local.set $0
    br $for-loop|1
   end
  end
  i64.const 1
  local.get $3
  i64.extend_i32_u
  i64.shl
  local.tee $6
  i64.const 1
  i64.sub
  local.get $5
  i64x2.extract_lane 0
  i64.and
  i64.eqz
  local.get $5
  i64x2.extract_lane 1
  i64.const 8589934591
  i64.and
  local.get $6
  i64.eq
  i32.and
 )
 (func $assembly/pages-blocks/expandOthers (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (param $6 i32) (result i32)
  local.get $0
  i32.load offset=4
  if
   local.get $0
   local.get $0
   i32.load offset=16
   local.get $0
   local.get $1
   local.get $2
   local.get $3
   call $assembly/page-borders/inspectBorders
   i32.or
   i32.store offset=16
  end
  local.get $0
  local.get $1
  local.get $2
  local.get $3
  local.get $4
  local.get $5
  local.get $6
  call $assembly/pages/expandPages
 )
 (func $assembly/page-borders/inspectBorders (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (result i32)
  (local $4 v128)
  (local $5 v128)
  (local $6 v128)
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
    local.get $4
    local.get $1
    v128.load
    local.tee $6
    v128.or
    local.set $4
    local.get $5
    local.get $6
    v128.const i32x4 0x00000000 0x00000000 0xffffffff 0x00000001
    v128.and
    i64x2.add
    local.set $5
    local.get $1
    i32.const 16
    i32.add
    local.set $1
    br $for-loop|0
   end
  end
  local.get $0
  local.get $5
  i64x2.extract_lane 1
  local.get $3
  i64.extend_i32_u
  i64.shr_u
  i64.store offset=24
  local.get $4
  i64x2.extract_lane 0
  i32.wrap_i64
  local.get $4
  i64x2.extract_lane 1
  i32.wrap_i64
  i32.or
 )
 (func $assembly/pages-blocks/writeTwo (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (result i32)
  (local $6 v128)
  (local $7 v128)
  (local $8 v128)
  (local $9 v128)
  (local $10 i32)
  (local $11 i32)
  (local $12 i32)
  local.get $0
  v128.load offset=64
  local.set $6
  loop $for-loop|0
   local.get $1
   local.get $2
   i32.lt_u
   if
    local.get $1
    i64.load offset=16
    local.get $3
    i64.extend_i32_u
    i64.shr_u
    i64x2.splat
    local.set $7
    local.get $1
    i64.load offset=32
    local.get $3
    i64.extend_i32_u
    i64.shr_u
    i64x2.splat
    local.set $8
    local.get $1
    i64.load offset=48
    local.get $3
    i64.extend_i32_u
    i64.shr_u
    i64x2.splat
    local.set $9
    local.get $5
    local.get $1
    i32.load offset=8
    local.get $4
    i32.shr_u
    i32.add
    local.tee $10
    local.get $1
    i32.load offset=24
    local.get $4
    i32.shr_u
    i32.add
    local.tee $11
    local.get $1
    i32.load offset=40
    local.get $4
    i32.shr_u
    i32.add
    local.tee $12
    local.get $1
    i32.load offset=56
    local.get $4
    i32.shr_u
    i32.add
    local.get $5
    local.get $1
    i64.load
    local.get $3
    i64.extend_i32_u
    i64.shr_u
    i64x2.splat
    local.get $6
    i64x2.add
    v128.store
    local.get $10
    local.get $7
    local.get $6
    i64x2.add
    v128.store
    local.get $11
    local.get $8
    local.get $6
    i64x2.add
    v128.store
    local.get $12
    local.get $9
    local.get $6
    i64x2.add
    v128.store
    local.set $5
    local.get $1
    i32.const -64
    i32.sub
    local.set $1
    br $for-loop|0
   end
  end
  local.get $5
 )
 (func $assembly/pages-blocks/writeBlock (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (param $6 i32) (result i32)
  (local $7 v128)
  (local $8 i64)
  (local $9 v128)
  (local $10 i64)
  (local $11 i64)
  (local $12 v128)
  (local $13 v128)
  (local $14 v128)
  (local $15 v128)
  (local $16 v128)
  (local $17 i64)
  (local $18 i32)
  local.get $6
  local.get $5
  i32.sub
  i64.extend_i32_u
  i64.const 3
  i64.shr_u
  local.set $11
  local.get $1
  local.set $6
  v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
  i64.const 1
  local.get $3
  i64.extend_i32_u
  i64.shl
  local.tee $10
  i64x2.replace_lane 1
  local.set $12
  loop $for-loop|0
   local.get $2
   local.get $6
   i32.gt_u
   if
    local.get $7
    local.get $6
    v128.load
    v128.const i32x4 0xffffffff 0xffffffff 0xffffffff 0x00000001
    v128.and
    local.get $12
    i64x2.sub
    local.tee $13
    local.get $6
    v128.load offset=16
    v128.const i32x4 0xffffffff 0xffffffff 0xffffffff 0x00000001
    v128.and
    local.get $12
    i64x2.sub
    local.tee $14
    v128.or
    local.get $6
    v128.load offset=32
    v128.const i32x4 0xffffffff 0xffffffff 0xffffffff 0x00000001
    v128.and
    local.get $12
    i64x2.sub
    local.tee $15
    local.get $6
    v128.load offset=48
    v128.const i32x4 0xffffffff 0xffffffff 0xffffffff 0x00000001
    v128.and
    local.get $12
    i64x2.sub
    local.tee $16
    v128.or
    v128.or
    v128.or
    local.set $7
    local.get $9
    local.get $13
    local.get $14
    i64x2.add
    local.get $15
    local.get $16
    i64x2.add
    i64x2.add
    i64x2.add
    local.set $9
    local.get $6
    i32.const -64
    i32.sub
    local.set $6
    br $for-loop|0
   end
  end
  local.get $0
  local.get $7
  v128.store offset=32
  local.get $0
  local.get $9
  i64x2.extract_lane 1
  i64.store offset=48
  local.get $0
  i64.load offset=48
  local.get $3
  i64.extend_i32_u
  i64.shr_u
  local.set $8
  local.get $10
  i64.const 1
  i64.sub
  local.get $0
  i64.load offset=40
  local.tee $17
  local.get $0
  i64.load offset=32
  i64.or
  i64.and
  local.get $17
  i64.const 31
  i64.shr_u
  i64.or
  i64.const 0
  i64.ne
  if
   i32.const 0
   return
  end
  local.get $8
  local.get $2
  local.get $1
  i32.sub
  i64.extend_i32_u
  i64.const 4
  i64.shr_u
  local.tee $10
  i64.add
  local.get $11
  i64.gt_u
  if
   i32.const 0
   return
  end
  local.get $3
  local.get $4
  i32.sub
  local.set $6
  local.get $17
  local.get $3
  i64.extend_i32_u
  i64.shr_u
  local.tee $11
  i64.eqz
  if
   local.get $5
   local.get $10
   i32.wrap_i64
   i32.const 3
   i32.shl
   i32.add
   i32.const 0
   local.get $1
   local.get $2
   local.get $5
   local.get $3
   local.get $6
   call $assembly/pages-blocks/writeSingles
   select
   return
  end
  local.get $8
  local.get $10
  local.get $11
  i64.mul
  i64.eq
  local.tee $18
  local.get $6
  i32.eqz
  i32.and
  local.get $11
  i64.const 1
  i64.eq
  i32.and
  if
   local.get $0
   v128.load offset=64
   local.set $7
   loop $for-loop|00
    local.get $1
    local.get $2
    i32.lt_u
    if
     local.get $1
     v128.load64_splat offset=16
     local.set $9
     local.get $1
     v128.load64_splat offset=32
     local.set $12
     local.get $1
     v128.load64_splat offset=48
     local.set $13
     local.get $5
     local.get $1
     v128.load64_splat
     local.get $7
     i64x2.add
     v128.store
     local.get $5
     local.get $9
     local.get $7
     i64x2.add
     v128.store offset=16
     local.get $5
     local.get $12
     local.get $7
     i64x2.add
     v128.store offset=32
     local.get $5
     local.get $13
     local.get $7
     i64x2.add
     v128.store offset=48
     local.get $5
     i32.const -64
     i32.sub
     local.set $5
     local.get $1
     i32.const -64
     i32.sub
     local.set $1
     br $for-loop|00
    end
   end
   local.get $5
   return
  end
  local.get $6
  i32.eqz
  local.get $18
  i32.and
  local.get $11
  i64.const 3
  i64.eq
  i32.and
  if
   local.get $0
   v128.load offset=64
   local.set $7
   local.get $0
   v128.load offset=80
   local.set $9
   loop $for-loop|001
    local.get $1
    local.get $2
    i32.lt_u
    if
     local.get $1
     v128.load64_splat offset=16
     local.get $7
     i64x2.add
     local.set $12
     local.get $5
     local.get $1
     v128.load64_splat
     local.get $7
     i64x2.add
     local.tee $13
     v128.store
     local.get $5
     local.get $13
     local.get $9
     i64x2.add
     v128.store offset=16
     local.get $5
     local.get $12
     v128.store offset=32
     local.get $5
     local.get $12
     local.get $9
     i64x2.add
     v128.store offset=48
     local.get $5
     i32.const -64
     i32.sub
     local.set $5
     local.get $1
     i32.const 32
     i32.add
     local.set $1
     br $for-loop|001
    end
   end
   local.get $5
   return
  end
  local.get $3
  i32.const 3
  i32.sub
  local.set $4
  local.get $11
  i64.const 2
  i64.lt_u
  if
   local.get $0
   local.get $1
   local.get $2
   local.get $6
   local.get $4
   local.get $5
   call $assembly/pages-blocks/writeTwo
   return
  end
  local.get $11
  i64.const 4
  i64.lt_u
  if
   local.get $0
   v128.load offset=64
   local.set $7
   local.get $0
   v128.load offset=80
   local.set $9
   loop $for-loop|02
    local.get $1
    local.get $2
    i32.lt_u
    if
     local.get $1
     i64.load offset=16
     local.get $6
     i64.extend_i32_u
     i64.shr_u
     i64x2.splat
     local.get $7
     i64x2.add
     local.set $12
     local.get $5
     local.get $1
     i32.load offset=8
     local.get $4
     i32.shr_u
     i32.add
     local.tee $3
     local.get $1
     i32.load offset=24
     local.get $4
     i32.shr_u
     i32.add
     local.get $5
     local.get $1
     i64.load
     local.get $6
     i64.extend_i32_u
     i64.shr_u
     i64x2.splat
     local.get $7
     i64x2.add
     local.tee $13
     v128.store
     local.get $5
     local.get $13
     local.get $9
     i64x2.add
     v128.store offset=16
     local.get $3
     local.get $12
     v128.store
     local.get $3
     local.get $12
     local.get $9
     i64x2.add
     v128.store offset=16
     local.set $5
     local.get $1
     i32.const 32
     i32.add
     local.set $1
     br $for-loop|02
    end
   end
   local.get $5
   return
  end
  local.get $8
  local.get $10
  i64.const 1
  i64.shl
  i64.lt_u
  local.get $11
  i64.const 15
  i64.gt_u
  i32.and
  if
   i32.const 0
   return
  end
  local.get $18
  i32.eqz
  local.get $8
  local.get $10
  i64.const 2
  i64.shl
  i64.gt_u
  local.get $11
  i64.const 7
  i64.gt_u
  i32.and
  local.get $8
  local.get $10
  i64.const 12
  i64.mul
  i64.lt_u
  i32.and
  i32.and
  if
   local.get $0
   v128.load offset=64
   local.set $9
   local.get $0
   v128.load offset=80
   local.tee $12
   local.get $0
   v128.load offset=96
   local.tee $13
   i64x2.add
   local.set $14
   local.get $13
   local.get $13
   i64x2.add
   local.set $15
   loop $for-loop|01
    local.get $1
    local.get $2
    i32.lt_u
    if
     local.get $5
     local.get $1
     i32.load offset=8
     local.get $4
     i32.shr_u
     i32.add
     local.set $0
     local.get $5
     local.get $1
     v128.load64_splat
     local.get $6
     i64x2.shr_u
     local.get $9
     i64x2.add
     local.tee $7
     v128.store
     local.get $5
     local.get $7
     local.get $12
     i64x2.add
     v128.store offset=16
     local.get $5
     local.get $7
     local.get $13
     i64x2.add
     v128.store offset=32
     local.get $5
     local.get $7
     local.get $14
     i64x2.add
     v128.store offset=48
     local.get $5
     i32.const -64
     i32.sub
     local.tee $3
     local.get $7
     local.get $15
     i64x2.add
     local.tee $16
     v128.store
     local.get $3
     local.get $16
     local.get $12
     i64x2.add
     v128.store offset=16
     local.get $3
     local.get $16
     local.get $13
     i64x2.add
     v128.store offset=32
     local.get $3
     local.get $16
     local.get $14
     i64x2.add
     v128.store offset=48
     local.get $0
     local.get $5
     i32.sub
     i32.const 128
     i32.gt_u
     if
      local.get $7
      local.get $15
      local.get $15
      i64x2.add
      i64x2.add
      local.set $7
      local.get $5
      i32.const 128
      i32.add
      local.set $3
      loop $for-loop|1
       local.get $0
       local.get $3
       i32.gt_u
       if
        local.get $3
        local.get $7
        v128.store
        local.get $3
        local.get $7
        local.get $12
        i64x2.add
        v128.store offset=16
        local.get $3
        local.get $7
        local.get $13
        i64x2.add
        v128.store offset=32
        local.get $3
        local.get $7
        local.get $14
        i64x2.add
        v128.store offset=48
        local.get $7
        local.get $15
        i64x2.add
        local.set $7
        local.get $3
        i32.const -64
        i32.sub
        local.set $3
        br $for-loop|1
       end
      end
     end
     local.get $0
     local.set $5
     local.get $1
     i32.const 16
     i32.add
     local.set $1
     br $for-loop|01
    end
   end
   local.get $5
   return
  end
  local.get $0
  v128.load offset=64
  local.set $9
  local.get $0
  v128.load offset=80
  local.tee $12
  local.get $0
  v128.load offset=96
  local.tee $13
  i64x2.add
  local.set $14
  local.get $13
  local.get $13
  i64x2.add
  local.set $15
  loop $for-loop|2
   local.get $1
   local.get $2
   i32.lt_u
   if
    local.get $5
    local.get $1
    i32.load offset=8
    local.get $4
    i32.shr_u
    i32.add
    local.set $0
    local.get $5
    local.get $1
    v128.load64_splat
    local.get $6
    i64x2.shr_u
    local.get $9
    i64x2.add
    local.tee $7
    v128.store
    local.get $5
    local.get $7
    local.get $12
    i64x2.add
    v128.store offset=16
    local.get $5
    local.get $7
    local.get $13
    i64x2.add
    v128.store offset=32
    local.get $5
    local.get $7
    local.get $14
    i64x2.add
    v128.store offset=48
    local.get $0
    local.get $5
    i32.sub
    i32.const 64
    i32.gt_u
    if
     local.get $7
     local.get $15
     i64x2.add
     local.set $7
     local.get $5
     i32.const -64
     i32.sub
     local.set $3
     loop $for-loop|3
      local.get $0
      local.get $3
      i32.gt_u
      if
       local.get $3
       local.get $7
       v128.store
       local.get $3
       local.get $7
       local.get $12
       i64x2.add
       v128.store offset=16
       local.get $3
       local.get $7
       local.get $13
       i64x2.add
       v128.store offset=32
       local.get $3
       local.get $7
       local.get $14
       i64x2.add
       v128.store offset=48
       local.get $7
       local.get $15
       i64x2.add
       local.set $7
       local.get $3
       i32.const -64
       i32.sub
       local.set $3
       br $for-loop|3
      end
     end
    end
    local.get $0
    local.set $5
    local.get $1
    i32.const 16
    i32.add
    local.set $1
    br $for-loop|2
   end
  end
  local.get $5
 )
 (func $assembly/pages-blocks/expandBlocks (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32) (param $5 i32) (param $6 i32) (result i32)
  (local $7 i32)
  (local $8 i32)
  (local $9 i32)
  (local $10 i32)
  (local $11 i32)
  (local $12 i32)
  local.get $1
  local.get $2
  i32.const 4
  i32.shl
  i32.add
  local.set $11
  local.get $5
  local.get $6
  i32.const 3
  i32.shl
  i32.add
  local.set $10
  local.get $1
  local.set $7
  local.get $5
  local.set $8
  block $folding-inner0
   local.get $0
   i64.load offset=8
   i64.const 0
   i64.ne
   if
    local.get $8
    local.get $0
    local.get $7
    i32.const 1
    local.get $2
    local.get $2
    select
    local.get $3
    local.get $4
    local.get $8
    local.get $6
    call $assembly/pages/expandPages
    i32.const 3
    i32.shl
    i32.add
    local.set $8
    local.get $7
    local.get $7
    local.get $0
    i32.load
    i32.const 4
    i32.shl
    i32.add
    local.tee $7
    i32.eq
    br_if $folding-inner0
   end
   local.get $0
   v128.const i32x4 0x00000000 0x00000000 0x00000000 0x00000000
   i64.const 1
   local.get $4
   i64.extend_i32_u
   i64.shl
   i64x2.replace_lane 1
   v128.store offset=64
   local.get $0
   i64.const 2
   local.get $4
   i64.extend_i32_u
   i64.shl
   i64x2.splat
   v128.store offset=80
   local.get $0
   i64.const 4
   local.get $4
   i64.extend_i32_u
   i64.shl
   i64x2.splat
   v128.store offset=96
   loop $while-continue|0
    local.get $11
    local.get $7
    i32.sub
    local.tee $6
    i32.const 64
    i32.ge_u
    local.get $3
    i32.const 3
    i32.ge_u
    i32.and
    if
     local.get $7
     i32.const 1024
     local.get $6
     i32.const -64
     i32.and
     local.tee $6
     local.get $6
     i32.const 1024
     i32.gt_u
     select
     i32.add
     local.set $6
     local.get $10
     local.get $8
     i32.sub
     i32.const 512
     i32.ge_u
     local.get $12
     i32.and
     if (result i32)
      local.get $7
      local.get $6
      local.get $8
      local.get $3
      local.get $3
      local.get $4
      i32.sub
      call $assembly/pages-blocks/writeSingles
     else
      i32.const 0
     end
     if
      local.get $8
      local.get $6
      local.get $7
      i32.sub
      i32.const 1
      i32.shr_u
      i32.add
      local.set $8
      local.get $6
      local.set $7
      br $while-continue|0
     end
     local.get $0
     local.get $7
     local.get $6
     local.get $3
     local.get $4
     local.get $8
     local.get $10
     call $assembly/pages-blocks/writeBlock
     local.tee $9
     if
      local.get $9
      local.get $8
      i32.sub
      local.get $6
      local.get $7
      i32.sub
      i32.const 1
      i32.shr_u
      i32.eq
      local.set $12
      local.get $9
      local.set $8
      local.get $6
      local.set $7
      br $while-continue|0
     end
     local.get $8
     local.get $0
     local.get $7
     i32.const 1024
     local.get $11
     local.get $7
     i32.sub
     i32.const 4
     i32.shr_u
     local.tee $6
     local.get $6
     i32.const 1024
     i32.gt_u
     select
     local.tee $6
     local.get $3
     local.get $4
     local.get $8
     local.get $10
     local.get $8
     i32.sub
     i32.const 3
     i32.shr_u
     call $assembly/pages-blocks/expandOthers
     i32.const 3
     i32.shl
     i32.add
     local.set $8
     local.get $7
     local.get $0
     i32.load
     local.tee $9
     i32.const 4
     i32.shl
     i32.add
     local.set $7
     local.get $6
     local.get $9
     i32.gt_u
     if
      local.get $0
      local.get $7
      local.get $1
      i32.sub
      i32.const 4
      i32.shr_u
      i32.store
      br $folding-inner0
     end
     br $while-continue|0
    end
   end
   local.get $8
   local.get $0
   local.get $7
   local.get $2
   local.get $7
   local.get $1
   i32.sub
   i32.const 4
   i32.shr_u
   local.tee $1
   i32.sub
   local.get $3
   local.get $4
   local.get $8
   local.get $10
   local.get $8
   i32.sub
   i32.const 3
   i32.shr_u
   call $assembly/pages-blocks/expandOthers
   i32.const 3
   i32.shl
   i32.add
   local.get $0
   local.get $1
   local.get $0
   i32.load
   i32.add
   i32.store
   local.get $5
   i32.sub
   i32.const 3
   i32.shr_u
   return
  end
  local.get $8
  local.get $5
  i32.sub
  i32.const 3
  i32.shr_u
 )
)
