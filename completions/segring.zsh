#compdef segring
# Completions of segring for zsh, made by scripts/cli-documents.ts from the options that segring parses.
_segring() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C '(-V --version)'{-V,--version}'[print the version]' '(-h --help)'{-h,--help}'[print this text]' '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
        'pin:map the page frames behind fresh memory'
        'map:map ranges to segments, in constant memory'
        'union:sort ranges, and join what overlaps or touches'
        'plan:plan the requests that read ranges'
        'requests:cut segments into requests of a device'
        'descriptors:make the descriptors that a device reads'
        'decode:give the segments that descriptors stand for'
        'plot:draw ranges and their segments as SVG'
        'info:describe ranges and the segments that they make'
        'help:print the options of a command'
      )
      _describe -t commands command commands
      ;;
    argument)
      case $line[1] in
        help) _arguments '1:command:(pin map union plan requests descriptors decode plot info formats)' ;;
        pin)
          _arguments -s \
            '--size=''[memory to allocate]:size: ' \
            '--max=''[longest segment, 1 to 4GiB]:size: ' \
            '--boundary=''[no segment crosses its multiples]:size: ' \
            '--align=''[cuts lie on its multiples]:size: ' \
            '--engine=''[what maps]:name:(auto wasm js)' \
            '--rows=''[segments to show]:count: ' \
            '--to=''[what to write]:format:(table csv ndjson json)' \
            '--numbers''[no table\: decimal numbers, none rounded]' \
            '--hex''[no table\: hexadecimal numbers]' \
            '--bytes''[table\: sizes in bytes]' \
            '(-o --output)'{-o+,--output=}'[where to write, complete or not at all]:file:_files' \
            '(-h --help)'{-h,--help}'[print this text]'
          ;;
        map)
          _arguments -s \
            '--from=''[what FILE is]:format:(auto pfn64 records csv ndjson json iomem maps filefrag)' \
            '--skip-empty''[pass over ranges of length 0, else refused]' \
            '--no-gzip''[take the bytes as they are, compressed or not]' \
            '--columns=''[csv\: the columns, where no header names them]:names: ' \
            '--page-bytes=''[pfn64\: bytes in a page, a power of two]:size: ' \
            '--unwritten=''[filefrag\: extents without data yet]:policy:(refuse keep skip)' \
            '--unaddressed=''[filefrag\: extents without a usable address]:policy:(refuse skip)' \
            '--radix=''[filefrag\: 16 for the output of filefrag -X]:number:(10 16)' \
            '--max=''[longest segment, 1 to 4GiB]:size: ' \
            '--boundary=''[no segment crosses its multiples]:size: ' \
            '--align=''[cuts lie on its multiples]:size: ' \
            '--engine=''[what maps]:name:(auto wasm js)' \
            '--threads''[threads that map files; alone\: as many as pay]' \
            '--to=''[what to write]:format:(table csv ndjson json records)' \
            '--numbers''[no table\: decimal numbers, none rounded]' \
            '--hex''[no table\: hexadecimal numbers]' \
            '--bytes''[table\: sizes in bytes]' \
            '(-o --output)'{-o+,--output=}'[where to write, complete or not at all]:file:_files' \
            '(-h --help)'{-h,--help}'[print this text]' \
            '*:file:_files'
          ;;
        union)
          _arguments -s \
            '--from=''[what FILE is]:format:(auto pfn64 records csv ndjson json iomem maps filefrag)' \
            '--skip-empty''[pass over ranges of length 0, else refused]' \
            '--no-gzip''[take the bytes as they are, compressed or not]' \
            '--columns=''[csv\: the columns, where no header names them]:names: ' \
            '--page-bytes=''[pfn64\: bytes in a page, a power of two]:size: ' \
            '--unwritten=''[filefrag\: extents without data yet]:policy:(refuse keep skip)' \
            '--unaddressed=''[filefrag\: extents without a usable address]:policy:(refuse skip)' \
            '--radix=''[filefrag\: 16 for the output of filefrag -X]:number:(10 16)' \
            '--max=''[longest segment, 1 to 4GiB]:size: ' \
            '--boundary=''[no segment crosses its multiples]:size: ' \
            '--align=''[cuts lie on its multiples]:size: ' \
            '--engine=''[what maps]:name:(auto wasm js)' \
            '--gap=''[ranges no further apart join]:size: ' \
            '--sorted''[merge sorted files as they are read]' \
            '--memory=''[more goes to disk]:size: ' \
            '--temporary-directory=''[where on disk; else as the system says]:folder: ' \
            '--threads''[threads that map files; alone\: as many as pay]' \
            '--to=''[what to write]:format:(table csv ndjson json records)' \
            '--numbers''[no table\: decimal numbers, none rounded]' \
            '--hex''[no table\: hexadecimal numbers]' \
            '--bytes''[table\: sizes in bytes]' \
            '(-o --output)'{-o+,--output=}'[where to write, complete or not at all]:file:_files' \
            '(-h --help)'{-h,--help}'[print this text]' \
            '*:file:_files'
          ;;
        plan)
          _arguments -s \
            '--from=''[what FILE is]:format:(auto pfn64 records csv ndjson json iomem maps filefrag)' \
            '--skip-empty''[pass over ranges of length 0, else refused]' \
            '--no-gzip''[take the bytes as they are, compressed or not]' \
            '--columns=''[csv\: the columns, where no header names them]:names: ' \
            '--page-bytes=''[pfn64\: bytes in a page, a power of two]:size: ' \
            '--unwritten=''[filefrag\: extents without data yet]:policy:(refuse keep skip)' \
            '--unaddressed=''[filefrag\: extents without a usable address]:policy:(refuse skip)' \
            '--radix=''[filefrag\: 16 for the output of filefrag -X]:number:(10 16)' \
            '--cap=''[longest request, 1 to 4GiB; required]:size: ' \
            '--gap=''[ranges no further apart share a request]:size: ' \
            '--align=''[requests start and end at multiples of this]:size: ' \
            '--size=''[bytes in the resource\: no request ends past it]:size: ' \
            '--inputs''[a row for each range instead\: its request, and where in it]' \
            '--to=''[what to write]:format:(table csv ndjson json records)' \
            '--numbers''[no table\: decimal numbers, none rounded]' \
            '--hex''[no table\: hexadecimal numbers]' \
            '--bytes''[table\: sizes in bytes]' \
            '(-o --output)'{-o+,--output=}'[where to write, complete or not at all]:file:_files' \
            '(-h --help)'{-h,--help}'[print this text]' \
            '*:file:_files'
          ;;
        requests)
          _arguments -s \
            '--from=''[what FILE is]:format:(auto pfn64 records csv ndjson json iomem maps filefrag)' \
            '--skip-empty''[pass over ranges of length 0, else refused]' \
            '--no-gzip''[take the bytes as they are, compressed or not]' \
            '--columns=''[csv\: the columns, where no header names them]:names: ' \
            '--page-bytes=''[pfn64\: bytes in a page, a power of two]:size: ' \
            '--unwritten=''[filefrag\: extents without data yet]:policy:(refuse keep skip)' \
            '--unaddressed=''[filefrag\: extents without a usable address]:policy:(refuse skip)' \
            '--radix=''[filefrag\: 16 for the output of filefrag -X]:number:(10 16)' \
            '--max=''[longest segment, 1 to 4GiB]:size: ' \
            '--boundary=''[no segment crosses its multiples]:size: ' \
            '--align=''[cuts lie on its multiples]:size: ' \
            '--engine=''[what maps]:name:(auto wasm js)' \
            '--preset=''[limits of a device, but for those of options]:name:(linuxDefault nvmePrp ahci virtioBlk rdma)' \
            '--max-segments=''[segments in a request at most]:count: ' \
            '--max-bytes=''[bytes in a request at most]:size: ' \
            '--virtual-boundary=''[inner segments start and end at its multiples]:size: ' \
            '--block=''[requests have whole blocks of this size]:size: ' \
            '--stripe=''[no request crosses a multiple of this on the device]:size: ' \
            '--start=''[where on the device the first byte belongs]:size: ' \
            '--threads''[threads that map files; alone\: as many as pay]' \
            '--to=''[what to write]:format:(table csv ndjson json)' \
            '--numbers''[no table\: decimal numbers, none rounded]' \
            '--hex''[no table\: hexadecimal numbers]' \
            '--bytes''[table\: sizes in bytes]' \
            '(-o --output)'{-o+,--output=}'[where to write, complete or not at all]:file:_files' \
            '(-h --help)'{-h,--help}'[print this text]' \
            '*:file:_files'
          ;;
        descriptors)
          _arguments -s \
            '--from=''[what FILE is]:format:(auto pfn64 records csv ndjson json iomem maps filefrag)' \
            '--skip-empty''[pass over ranges of length 0, else refused]' \
            '--no-gzip''[take the bytes as they are, compressed or not]' \
            '--columns=''[csv\: the columns, where no header names them]:names: ' \
            '--page-bytes=''[pfn64\: bytes in a page, a power of two]:size: ' \
            '--unwritten=''[filefrag\: extents without data yet]:policy:(refuse keep skip)' \
            '--unaddressed=''[filefrag\: extents without a usable address]:policy:(refuse skip)' \
            '--radix=''[filefrag\: 16 for the output of filefrag -X]:number:(10 16)' \
            '--max=''[longest segment, 1 to 4GiB]:size: ' \
            '--boundary=''[no segment crosses its multiples]:size: ' \
            '--align=''[cuts lie on its multiples]:size: ' \
            '--engine=''[what maps]:name:(auto wasm js)' \
            '--format=''[which; required]:name:(nvme-prp nvme-sgl virtio-split virtio-packed ahci iovec rdma chain)' \
            '--preset=''[limits of a device, but for those of options]:name:(linuxDefault nvmePrp ahci virtioBlk rdma)' \
            '--at=''[bus address of the descriptors, where one is needed]:size: ' \
            '--page=''[nvme-prp, rdma\: the device'\''s page]:size: ' \
            '--writable''[virtio\: the device writes to the segments]' \
            '--big-endian''[rdma\: addresses in big-endian order]' \
            '--threads''[threads that map files; alone\: as many as pay]' \
            '--to=''[what to write]:format:(text json binary)' \
            '(-o --output)'{-o+,--output=}'[where to write, complete or not at all]:file:_files' \
            '(-h --help)'{-h,--help}'[print this text]' \
            '*:file:_files'
          ;;
        decode)
          _arguments -s \
            '--format=''[which; required]:name:(nvme-prp nvme-sgl virtio-split virtio-packed ahci iovec rdma chain)' \
            '--from=''[what FILE is]:format:(auto binary text json)' \
            '--field=''[a field of the device'\''s command, such as prp1=0x1000; may come several times]:name=value: ' \
            '--at=''[bus address of a binary file, where one is needed]:size: ' \
            '--page=''[nvme-prp, rdma\: the device'\''s page]:size: ' \
            '--big-endian''[rdma\: addresses in big-endian order]' \
            '--no-gzip''[take the bytes as they are, compressed or not]' \
            '--to=''[what to write]:format:(table csv ndjson json records)' \
            '--numbers''[no table\: decimal numbers, none rounded]' \
            '--hex''[no table\: hexadecimal numbers]' \
            '--bytes''[table\: sizes in bytes]' \
            '(-o --output)'{-o+,--output=}'[where to write, complete or not at all]:file:_files' \
            '(-h --help)'{-h,--help}'[print this text]' \
            '1:file:_files'
          ;;
        plot)
          _arguments -s \
            '--from=''[what FILE is]:format:(auto pfn64 records csv ndjson json iomem maps filefrag)' \
            '--skip-empty''[pass over ranges of length 0, else refused]' \
            '--no-gzip''[take the bytes as they are, compressed or not]' \
            '--columns=''[csv\: the columns, where no header names them]:names: ' \
            '--page-bytes=''[pfn64\: bytes in a page, a power of two]:size: ' \
            '--unwritten=''[filefrag\: extents without data yet]:policy:(refuse keep skip)' \
            '--unaddressed=''[filefrag\: extents without a usable address]:policy:(refuse skip)' \
            '--radix=''[filefrag\: 16 for the output of filefrag -X]:number:(10 16)' \
            '--max=''[longest segment, 1 to 4GiB]:size: ' \
            '--boundary=''[no segment crosses its multiples]:size: ' \
            '--align=''[cuts lie on its multiples]:size: ' \
            '--engine=''[what maps]:name:(auto wasm js)' \
            '--addr=''[first byte that the strip shows]:size: ' \
            '--length=''[bytes that the strip shows]:size: ' \
            '--width=''[from left to right, 600 to 2048]:count: ' \
            '--theme=''[colours]:name:(light dark)' \
            '--title=''[the heading; else the name of the file]:text: ' \
            '(-o --output)'{-o+,--output=}'[where to write, complete or not at all]:file:_files' \
            '(-h --help)'{-h,--help}'[print this text]' \
            '*:file:_files'
          ;;
        info)
          _arguments -s \
            '--from=''[what FILE is]:format:(auto pfn64 records csv ndjson json iomem maps filefrag)' \
            '--skip-empty''[pass over ranges of length 0, else refused]' \
            '--no-gzip''[take the bytes as they are, compressed or not]' \
            '--columns=''[csv\: the columns, where no header names them]:names: ' \
            '--page-bytes=''[pfn64\: bytes in a page, a power of two]:size: ' \
            '--unwritten=''[filefrag\: extents without data yet]:policy:(refuse keep skip)' \
            '--unaddressed=''[filefrag\: extents without a usable address]:policy:(refuse skip)' \
            '--radix=''[filefrag\: 16 for the output of filefrag -X]:number:(10 16)' \
            '--to=''[what to write]:format:(table csv ndjson json)' \
            '--numbers''[no table\: decimal numbers, none rounded]' \
            '--hex''[no table\: hexadecimal numbers]' \
            '--bytes''[table\: sizes in bytes]' \
            '(-o --output)'{-o+,--output=}'[where to write, complete or not at all]:file:_files' \
            '(-h --help)'{-h,--help}'[print this text]' \
            '*:file:_files'
          ;;
      esac
      ;;
  esac
}
# Loaded from fpath, this file is the function itself.
if [[ ${funcstack[1]} == _segring ]]; then _segring "$@"; else compdef _segring segring; fi
