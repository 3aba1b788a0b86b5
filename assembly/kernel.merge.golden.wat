(module
 (type $0 (func (param i32 i32 i32 i32 i32)))
 (type $1 (func (param i32 i32) (result i32)))
 (type $2 (func (param i32 i32 i32 i32)))
 (type $3 (func (param i32 i32 i32 i32) (result i32)))
 (import "env" "memory" (memory $0 1 65536))
 (global $assembly/merge-layout/MERGE_ABI i32 (i32.const 1))
 (export "mergeWindows" (func $assembly/merge/mergeWindows))
 (export "MERGE_ABI" (global $assembly/merge-layout/MERGE_ABI))
 (func $assembly/merge/precedes (param $0 i32) (param $1 i32) (result i32)
  (local $2 i64)
  (local $3 i64)
  local.get $0
  i64.load
  local.tee $2
  local.get $1
  i64.load
  local.tee $3
  i64.eq
  local.get $0
  i64.load offset=8
  local.get $1
  i64.load offset=8
  i64.lt_u
  i32.and
  local.get $2
  local.get $3
  i64.lt_u
  i32.or
 )
 (func $assembly/merge/setRun (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32)
  local.get $0
  local.get $1
  i32.const 5
  i32.shl
  i32.add
  local.tee $0
  local.get $2
  i32.store offset=16
  local.get $0
  local.get $3
  i32.store offset=20
 )
 (func $assembly/merge/mergeRest (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32)
  (local $5 i32)
  loop $while-continue|0
   local.get $2
   local.get $3
   i32.lt_u
   local.get $0
   local.get $1
   i32.lt_u
   i32.and
   if
    local.get $4
    local.get $2
    local.get $0
    local.get $2
    local.get $0
    call $assembly/merge/precedes
    local.tee $5
    select
    v128.load
    v128.store
    local.get $0
    i32.const 1
    local.get $5
    i32.sub
    i32.const 4
    i32.shl
    i32.add
    local.set $0
    local.get $2
    local.get $5
    i32.const 4
    i32.shl
    i32.add
    local.set $2
    local.get $4
    i32.const 16
    i32.add
    local.set $4
    br $while-continue|0
   end
  end
  local.get $0
  local.get $1
  i32.lt_u
  if
   local.get $4
   local.get $0
   local.get $1
   local.get $0
   i32.sub
   memory.copy
  end
  local.get $2
  local.get $3
  i32.lt_u
  if
   local.get $4
   local.get $2
   local.get $3
   local.get $2
   i32.sub
   memory.copy
  end
 )
 (func $assembly/merge/mergeWindows (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (result i32)
  (local $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i32)
  (local $8 i32)
  (local $9 i32)
  (local $10 i32)
  local.get $0
  local.get $1
  i32.const 5
  i32.shl
  i32.add
  local.set $9
  i32.const 0
  local.set $1
  local.get $0
  local.set $5
  loop $for-loop|0
   local.get $5
   local.get $9
   i32.lt_u
   if
    local.get $5
    i32.load offset=8
    i32.eqz
    if
     local.get $5
     i32.load offset=4
     i32.const 16
     i32.sub
     local.tee $6
     local.get $1
     local.get $1
     if (result i32)
      local.get $6
      local.get $1
      call $assembly/merge/precedes
     else
      i32.const 1
     end
     select
     local.set $1
    end
    local.get $5
    i32.const 32
    i32.add
    local.set $5
    br $for-loop|0
   end
  end
  local.get $0
  local.set $5
  loop $for-loop|1
   local.get $5
   local.get $9
   i32.lt_u
   if
    local.get $1
    i32.eqz
    local.get $5
    i32.load offset=4
    local.tee $6
    local.get $5
    i32.load
    local.tee $10
    local.tee $8
    i32.eq
    i32.or
    if (result i32)
     i32.const 0
    else
     local.get $1
     local.get $6
     i32.const 16
     i32.sub
     call $assembly/merge/precedes
    end
    if
     local.get $6
     i32.const 16
     i32.sub
     local.set $6
     loop $while-continue|0
      local.get $6
      local.get $8
      i32.gt_u
      if
       local.get $1
       local.get $8
       local.get $6
       local.get $8
       i32.sub
       i32.const 5
       i32.shr_u
       i32.const 4
       i32.shl
       i32.add
       local.tee $7
       call $assembly/merge/precedes
       if
        local.get $7
        local.set $6
       else
        local.get $7
        i32.const 16
        i32.add
        local.set $8
       end
       br $while-continue|0
      end
     end
     local.get $8
     local.set $6
    end
    local.get $6
    local.get $10
    i32.ne
    if
     local.get $5
     local.get $6
     i32.store
     local.get $0
     local.get $4
     local.get $10
     local.get $6
     call $assembly/merge/setRun
     local.get $4
     i32.const 1
     i32.add
     local.set $4
    end
    local.get $5
    i32.const 32
    i32.add
    local.set $5
    br $for-loop|1
   end
  end
  local.get $4
  i32.eqz
  if
   i32.const 0
   return
  end
  loop $while-continue|2
   local.get $4
   i32.const 1
   i32.gt_u
   if
    local.get $4
    local.set $5
    local.get $2
    local.set $1
    i32.const 0
    local.set $6
    i32.const 0
    local.set $4
    loop $for-loop|00
     local.get $5
     local.get $6
     i32.gt_u
     if
      local.get $0
      local.get $6
      i32.const 5
      i32.shl
      i32.add
      local.tee $7
      i32.load offset=16
      local.set $8
      local.get $7
      i32.load offset=20
      local.set $9
      local.get $0
      local.get $4
      local.get $1
      local.get $6
      i32.const 1
      i32.add
      local.get $5
      i32.eq
      if (result i32)
       local.get $1
       local.get $8
       local.get $9
       local.get $8
       i32.sub
       local.tee $7
       memory.copy
       local.get $1
       local.get $7
       i32.add
      else
       local.get $8
       local.get $9
       local.get $7
       i32.load offset=48
       local.tee $10
       local.get $7
       i32.load offset=52
       local.tee $7
       local.get $1
       call $assembly/merge/mergePair
       local.get $1
       local.get $9
       local.get $8
       i32.sub
       local.get $7
       local.get $10
       i32.sub
       i32.add
       i32.add
      end
      local.tee $1
      call $assembly/merge/setRun
      local.get $4
      i32.const 1
      i32.add
      local.set $4
      local.get $6
      i32.const 2
      i32.add
      local.set $6
      br $for-loop|00
     end
    end
    local.get $2
    local.get $3
    local.set $2
    local.set $3
    br $while-continue|2
   end
  end
  local.get $0
  i32.load offset=20
  local.get $0
  i32.load offset=16
  i32.sub
  i32.const 4
  i32.shr_u
 )
 (func $assembly/merge/mergePair (param $0 i32) (param $1 i32) (param $2 i32) (param $3 i32) (param $4 i32)
  (local $5 i32)
  (local $6 i32)
  (local $7 i64)
  (local $8 i64)
  (local $9 i32)
  (local $10 i32)
  (local $11 i32)
  (local $12 i32)
  (local $13 i32)
  (local $14 i32)
  local.get $2
  local.get $1
  i32.const 16
  i32.sub
  call $assembly/merge/precedes
  i32.eqz
  if
   local.get $4
   local.get $0
   local.get $1
   local.get $0
   i32.sub
   local.tee $0
   memory.copy
   local.get $0
   local.get $4
   i32.add
   local.get $2
   local.get $3
   local.get $2
   i32.sub
   memory.copy
   return
  end
  local.get $1
  local.get $0
  i32.sub
  local.tee $6
  local.get $3
  local.get $2
  i32.sub
  local.tee $5
  i32.add
  i32.const 5
  i32.shr_u
  local.tee $9
  local.get $5
  i32.const 4
  i32.shr_u
  local.tee $5
  i32.sub
  i32.const 0
  local.get $5
  local.get $9
  i32.lt_u
  select
  local.set $14
  local.get $9
  local.get $6
  i32.const 4
  i32.shr_u
  local.tee $5
  local.get $5
  local.get $9
  i32.gt_u
  select
  local.set $6
  loop $while-continue|0
   local.get $6
   local.get $14
   i32.gt_u
   if
    local.get $2
    local.get $9
    local.get $6
    local.get $14
    i32.add
    i32.const 1
    i32.shr_u
    local.tee $5
    i32.sub
    i32.const 1
    i32.sub
    i32.const 4
    i32.shl
    i32.add
    local.get $0
    local.get $5
    i32.const 4
    i32.shl
    i32.add
    call $assembly/merge/precedes
    if
     local.get $5
     local.set $6
    else
     local.get $5
     i32.const 1
     i32.add
     local.set $14
    end
    br $while-continue|0
   end
  end
  local.get $4
  local.get $0
  i32.sub
  local.get $2
  i32.sub
  local.set $11
  local.get $4
  local.get $9
  i32.const 4
  i32.shl
  i32.add
  local.get $0
  local.get $14
  i32.const 4
  i32.shl
  i32.add
  local.tee $12
  local.tee $6
  i32.sub
  local.get $2
  local.get $9
  local.get $14
  i32.sub
  i32.const 4
  i32.shl
  i32.add
  local.tee $10
  local.tee $14
  i32.sub
  local.set $13
  loop $for-loop|0
   local.get $12
   local.get $0
   i32.sub
   local.tee $5
   local.get $10
   local.get $2
   i32.sub
   local.tee $4
   local.get $4
   local.get $5
   i32.gt_u
   select
   local.tee $9
   local.get $1
   local.get $6
   i32.sub
   local.tee $5
   local.get $3
   local.get $14
   i32.sub
   local.tee $4
   local.get $4
   local.get $5
   i32.gt_u
   select
   local.tee $4
   local.get $4
   local.get $9
   i32.gt_u
   select
   i32.const 4
   i32.shr_u
   local.tee $4
   if
    loop $for-loop|1
     local.get $4
     if
      local.get $6
      i64.load
      local.tee $8
      local.get $14
      i64.load
      local.tee $7
      i64.eq
      local.get $14
      i64.load offset=8
      local.get $6
      i64.load offset=8
      i64.lt_u
      i32.and
      local.get $7
      local.get $8
      i64.lt_u
      i32.or
      local.set $9
      local.get $0
      local.get $11
      i32.add
      local.get $2
      i32.add
      local.get $2
      local.get $0
      local.get $0
      i64.load
      local.tee $8
      local.get $2
      i64.load
      local.tee $7
      i64.eq
      local.get $2
      i64.load offset=8
      local.get $0
      i64.load offset=8
      i64.lt_u
      i32.and
      local.get $7
      local.get $8
      i64.lt_u
      i32.or
      local.tee $5
      select
      v128.load
      v128.store
      local.get $6
      local.get $13
      i32.add
      local.get $14
      i32.add
      local.get $14
      local.get $6
      local.get $9
      select
      v128.load
      v128.store
      local.get $0
      i32.const 1
      local.get $5
      i32.sub
      i32.const 4
      i32.shl
      i32.add
      local.set $0
      local.get $2
      local.get $5
      i32.const 4
      i32.shl
      i32.add
      local.set $2
      local.get $6
      i32.const 1
      local.get $9
      i32.sub
      i32.const 4
      i32.shl
      i32.add
      local.set $6
      local.get $14
      local.get $9
      i32.const 4
      i32.shl
      i32.add
      local.set $14
      local.get $4
      i32.const 1
      i32.sub
      local.set $4
      br $for-loop|1
     end
    end
    br $for-loop|0
   end
  end
  local.get $0
  local.get $12
  local.get $2
  local.get $10
  local.get $0
  local.get $11
  i32.add
  local.get $2
  i32.add
  call $assembly/merge/mergeRest
  local.get $6
  local.get $1
  local.get $14
  local.get $3
  local.get $6
  local.get $13
  i32.add
  local.get $14
  i32.add
  call $assembly/merge/mergeRest
 )
)
