# Completions of segring for bash, made by scripts/cli-documents.ts from the options that segring parses.
_segring() {
  local IFS=$' \t\n' cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= words= files= i
  # bash takes --from=csv for three words.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ ${COMP_WORDS[i]} != -* ]]; then
      command=${COMP_WORDS[i]}
      break
    fi
  done
  case $command in
    '') words='pin map union plan requests descriptors decode plot info help -V --version -h --help' ;;
    help) words='pin map union plan requests descriptors decode plot info formats' ;;
    pin)
      case $prev in
        --engine) words='auto wasm js' ;;
        --to) words='table csv ndjson json' ;;
        -o | --output) files=1 ;;
        --size | --max | --boundary | --align | --rows) ;;
        *) words='--size --max --boundary --align --engine --rows --to --numbers --hex --bytes -o --output -h --help' ;;
      esac
      ;;
    map)
      case $prev in
        --from) words='auto pfn64 records csv ndjson json iomem maps filefrag' ;;
        --unwritten) words='refuse keep skip' ;;
        --unaddressed) words='refuse skip' ;;
        --radix) words='10 16' ;;
        --engine) words='auto wasm js' ;;
        --to) words='table csv ndjson json records' ;;
        -o | --output) files=1 ;;
        --columns | --page-bytes | --max | --boundary | --align) ;;
        *) if [[ $cur == -* ]]; then words='--from --skip-empty --no-gzip --columns --page-bytes --unwritten --unaddressed --radix --max --boundary --align --engine --threads --to --numbers --hex --bytes -o --output -h --help'; else files=1; fi ;;
      esac
      ;;
    union)
      case $prev in
        --from) words='auto pfn64 records csv ndjson json iomem maps filefrag' ;;
        --unwritten) words='refuse keep skip' ;;
        --unaddressed) words='refuse skip' ;;
        --radix) words='10 16' ;;
        --engine) words='auto wasm js' ;;
        --to) words='table csv ndjson json records' ;;
        -o | --output) files=1 ;;
        --columns | --page-bytes | --max | --boundary | --align | --gap | --memory | --temporary-directory) ;;
        *) if [[ $cur == -* ]]; then words='--from --skip-empty --no-gzip --columns --page-bytes --unwritten --unaddressed --radix --max --boundary --align --engine --gap --sorted --memory --temporary-directory --threads --to --numbers --hex --bytes -o --output -h --help'; else files=1; fi ;;
      esac
      ;;
    plan)
      case $prev in
        --from) words='auto pfn64 records csv ndjson json iomem maps filefrag' ;;
        --unwritten) words='refuse keep skip' ;;
        --unaddressed) words='refuse skip' ;;
        --radix) words='10 16' ;;
        --to) words='table csv ndjson json records' ;;
        -o | --output) files=1 ;;
        --columns | --page-bytes | --cap | --gap | --align | --size) ;;
        *) if [[ $cur == -* ]]; then words='--from --skip-empty --no-gzip --columns --page-bytes --unwritten --unaddressed --radix --cap --gap --align --size --inputs --to --numbers --hex --bytes -o --output -h --help'; else files=1; fi ;;
      esac
      ;;
    requests)
      case $prev in
        --from) words='auto pfn64 records csv ndjson json iomem maps filefrag' ;;
        --unwritten) words='refuse keep skip' ;;
        --unaddressed) words='refuse skip' ;;
        --radix) words='10 16' ;;
        --engine) words='auto wasm js' ;;
        --preset) words='linuxDefault nvmePrp ahci virtioBlk rdma' ;;
        --to) words='table csv ndjson json' ;;
        -o | --output) files=1 ;;
        --columns | --page-bytes | --max | --boundary | --align | --max-segments | --max-bytes | --virtual-boundary | --block | --stripe | --start) ;;
        *) if [[ $cur == -* ]]; then words='--from --skip-empty --no-gzip --columns --page-bytes --unwritten --unaddressed --radix --max --boundary --align --engine --preset --max-segments --max-bytes --virtual-boundary --block --stripe --start --threads --to --numbers --hex --bytes -o --output -h --help'; else files=1; fi ;;
      esac
      ;;
    descriptors)
      case $prev in
        --from) words='auto pfn64 records csv ndjson json iomem maps filefrag' ;;
        --unwritten) words='refuse keep skip' ;;
        --unaddressed) words='refuse skip' ;;
        --radix) words='10 16' ;;
        --engine) words='auto wasm js' ;;
        --format) words='nvme-prp nvme-sgl virtio-split virtio-packed ahci iovec rdma chain' ;;
        --preset) words='linuxDefault nvmePrp ahci virtioBlk rdma' ;;
        --to) words='text json binary' ;;
        -o | --output) files=1 ;;
        --columns | --page-bytes | --max | --boundary | --align | --at | --page) ;;
        *) if [[ $cur == -* ]]; then words='--from --skip-empty --no-gzip --columns --page-bytes --unwritten --unaddressed --radix --max --boundary --align --engine --format --preset --at --page --writable --big-endian --threads --to -o --output -h --help'; else files=1; fi ;;
      esac
      ;;
    decode)
      case $prev in
        --format) words='nvme-prp nvme-sgl virtio-split virtio-packed ahci iovec rdma chain' ;;
        --from) words='auto binary text json' ;;
        --to) words='table csv ndjson json records' ;;
        -o | --output) files=1 ;;
        --field | --at | --page) ;;
        *) if [[ $cur == -* ]]; then words='--format --from --field --at --page --big-endian --no-gzip --to --numbers --hex --bytes -o --output -h --help'; else files=1; fi ;;
      esac
      ;;
    plot)
      case $prev in
        --from) words='auto pfn64 records csv ndjson json iomem maps filefrag' ;;
        --unwritten) words='refuse keep skip' ;;
        --unaddressed) words='refuse skip' ;;
        --radix) words='10 16' ;;
        --engine) words='auto wasm js' ;;
        --theme) words='light dark' ;;
        -o | --output) files=1 ;;
        --columns | --page-bytes | --max | --boundary | --align | --addr | --length | --width | --title) ;;
        *) if [[ $cur == -* ]]; then words='--from --skip-empty --no-gzip --columns --page-bytes --unwritten --unaddressed --radix --max --boundary --align --engine --addr --length --width --theme --title -o --output -h --help'; else files=1; fi ;;
      esac
      ;;
    info)
      case $prev in
        --from) words='auto pfn64 records csv ndjson json iomem maps filefrag' ;;
        --unwritten) words='refuse keep skip' ;;
        --unaddressed) words='refuse skip' ;;
        --radix) words='10 16' ;;
        --to) words='table csv ndjson json' ;;
        -o | --output) files=1 ;;
        --columns | --page-bytes) ;;
        *) if [[ $cur == -* ]]; then words='--from --skip-empty --no-gzip --columns --page-bytes --unwritten --unaddressed --radix --to --numbers --hex --bytes -o --output -h --help'; else files=1; fi ;;
      esac
      ;;
  esac
  # Where there are no words, bash completes names of files, unless it may not.
  if [[ -z $files ]]; then compopt +o default 2> /dev/null; fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _segring segring
