/** What a shell completes behind `segring`: commands, options, the words that an option takes, and files. */
import { type CommandRow, type OptionRow, type Tables, takesPath } from "./command-tables.js";

const HEAD = "made by scripts/cli-documents.ts from the options that segring parses";

/** For bash 3.2 and later, without the package bash-completion. */
export function bashCompletions({ commands, options, topics }: Tables): string {
  const cases = commands.map((command) => `    ${command.name})\n${bashCommand(command)}\n      ;;`).join("\n");
  const first = [...commands.map(({ name }) => name), "help", ...namesOf(options)].join(" ");
  return `# Completions of segring for bash, ${HEAD}.
_segring() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command= words= files= i
  # bash takes --from=csv for three words.
  if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ \${COMP_WORDS[i]} != -* ]]; then
      command=\${COMP_WORDS[i]}
      break
    fi
  done
  case $command in
    '') words='${first}' ;;
    help) words='${topics.join(" ")}' ;;
${cases}
  esac
  # Where there are no words, bash completes names of files, unless it may not.
  if [[ -z $files ]]; then compopt +o default 2> /dev/null; fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _segring segring
`;
}

function bashCommand({ files, options }: CommandRow): string {
  const withChoices = options.filter(({ choices }) => choices.length > 0);
  const paths = options.filter(takesPath);
  const others = options.filter((one) => one.value !== undefined && !withChoices.includes(one) && !paths.includes(one));
  const pattern = (some: readonly OptionRow[]) => namesOf(some).join(" | ");
  const all = namesOf(options).join(" ");
  const rows = [
    ...withChoices.map((one) => `${pattern([one])}) words='${one.choices.join(" ")}' ;;`),
    ...(paths.length > 0 ? [`${pattern(paths)}) files=1 ;;`] : []),
    ...(others.length > 0 ? [`${pattern(others)}) ;;`] : []),
    files === "none" ? `*) words='${all}' ;;` : `*) if [[ $cur == -* ]]; then words='${all}'; else files=1; fi ;;`,
  ];
  return ["case $prev in", ...rows.map((row) => `  ${row}`), "esac"].map((line) => `      ${line}`).join("\n");
}

/** For zsh: to be sourced, or to lie in a folder of fpath as _segring. */
export function zshCompletions({ commands, options, topics }: Tables): string {
  const described = [...commands, { name: "help", summary: "print the options of a command" }].map(
    ({ name, summary }) => zshQuoted(`${name}:${summary}`),
  );
  const rest = (files: CommandRow["files"]) =>
    files === "none" ? [] : [zshQuoted(files === "one" ? "1:file:_files" : "*:file:_files")];
  const cases = commands.map(({ name, files, options: own }) => {
    const specs = [...own.map(zshOption), ...rest(files)].map((spec) => `            ${spec}`).join(" \\\n");
    return `        ${name})\n          _arguments -s \\\n${specs}\n          ;;`;
  });
  const global = options.map((option) => zshOption(option)).join(" ");
  return `#compdef segring
# Completions of segring for zsh, ${HEAD}.
_segring() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C ${global} '1:command:->command' '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
${described.map((one) => `        ${one}`).join("\n")}
      )
      _describe -t commands command commands
      ;;
    argument)
      case $line[1] in
        help) _arguments '1:command:(${topics.join(" ")})' ;;
${cases.join("\n")}
      esac
      ;;
  esac
}
# Loaded from fpath, this file is the function itself.
if [[ \${funcstack[1]} == _segring ]]; then _segring "$@"; else compdef _segring segring; fi
`;
}

function zshOption({ names, value, choices, description }: OptionRow): string {
  const text = `[${description.replaceAll(/[[\]:]/g, "\\$&")}]`;
  const action = choices.length > 0 ? `(${choices.join(" ")})` : value === "directory" ? "_files -/" : "_files";
  const taken = value === undefined ? "" : `:${value}:${choices.length > 0 || isPath(value) ? action : " "}`;
  const [first = "", second] = names.map((name) =>
    value === undefined ? name : name.startsWith("--") ? `${name}=` : `${name}+`,
  );
  const rest = zshQuoted(`${text}${taken}`);
  return second === undefined ? `${zshQuoted(first)}${rest}` : `'(${names.join(" ")})'{${first},${second}}${rest}`;
}

function isPath(value: string): boolean {
  return value === "file" || value === "directory";
}

function zshQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export function fishCompletions({ commands, options, topics }: Tables): string {
  const lines = [
    ...options.map((option) => fishOption("", option)),
    ...commands.map(({ name, summary }) => `${fishStart("")} -a ${name} -d ${fishQuoted(summary)}`),
    `${fishStart("")} -a help -d 'print the options of a command'`,
    `${fishStart("help")} -a ${fishQuoted(topics.join(" "))}`,
    ...commands.flatMap(({ name, files, options: own }) => [
      ...(files === "none" ? [] : [`${fishStart(name)} -F`]),
      ...own.map((option) => fishOption(name, option)),
    ]),
  ];
  return `# Completions of segring for fish, ${HEAD}.
function __segring_is
    set -l words (commandline -opc)
    test "$words[2]" = "$argv[1]"
end
complete -c segring -f
${lines.join("\n")}
`;
}

/** @param command The word behind `segring`; none: there is no word yet. */
function fishStart(command: string): string {
  return `complete -c segring -n '__segring_is ${command === "" ? '""' : command}'`;
}

function fishOption(command: string, { names, value, choices, description }: OptionRow): string {
  const named = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const words = choices.length > 0 ? ` -a ${fishQuoted(choices.join(" "))}` : "";
  const taken = value === undefined ? "" : isPath(value) ? " -r -F" : ` -x${words}`;
  return `${fishStart(command)} ${named.join(" ")}${taken} -d ${fishQuoted(description)}`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}

function namesOf(options: readonly OptionRow[]): string[] {
  return options.flatMap(({ names }) => names);
}
