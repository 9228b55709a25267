//! How languages differ, by the names that people write behind three backticks.

/// How a language is read.
pub(super) enum Shape {
    /// Comments, texts, numbers and words.
    Words(Language),
    /// Tags with attributes.
    Tags,
    /// Lines that came and lines that went.
    Difference,
}

pub(super) struct Language {
    pub(super) line_comments: &'static [&'static str],
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// What texts stand between.
    pub(super) quotes: &'static str,
    /// With a blank between.
    pub(super) keywords: &'static str,
    pub(super) ignores_case: bool,
    /// A word before a colon is a key.
    pub(super) has_keys: bool,
    /// A capital begins the name of a type.
    pub(super) has_types: bool,
}

const C: Language = Language {
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    quotes: "\"'",
    keywords: "",
    ignores_case: false,
    has_keys: false,
    has_types: true,
};

const SCRIPT: Language = Language {
    line_comments: &["#"],
    block_comment: None,
    has_types: false,
    ..C
};

const RUST: &str = "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64 bool char str";
const JAVASCRIPT: &str = "abstract any as async await boolean break case catch class const continue debugger default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface keyof let namespace never new null number of private protected public readonly return satisfies set static string super switch symbol this throw true try type typeof undefined unknown var void while with yield";
const PYTHON: &str = "and as assert async await break case class continue def del elif else except False finally for from global if import in is lambda match None nonlocal not or pass raise return self True try while with yield";
const C_WORDS: &str = "alignas alignof auto bool break case catch char class concept const consteval constexpr continue decltype default delete do double else enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept nullptr operator private protected public register requires return short signed sizeof static struct switch template this throw true try typedef typename union unsigned using virtual void volatile while NULL define include ifdef ifndef endif pragma";
const JAVA: &str = "abstract as assert base bool boolean break by byte case catch char class companion const constructor continue data decimal default delegate do double else enum event extends false final finally float for foreach fun get goto if implements import in init inner instanceof int interface internal is it lateinit lazy let lock long namespace native new null object open operator out override package params private protected public readonly record return sealed set short sizeof static string struct super suspend switch synchronized this throw throws transient true try typealias typeof uint ulong ushort using val var virtual void volatile when where while with yield";
const GO: &str = "any bool break byte case chan const continue default defer else error fallthrough false float32 float64 for func go goto if import int int8 int16 int32 int64 interface iota map nil package range return rune select string struct switch true type uint uint8 uint16 uint32 uint64 var";
const SWIFT: &str = "actor any as associatedtype async await break case catch class continue default defer deinit do else enum extension fallthrough false fileprivate for func guard if import in init inout internal is lazy let mutating nil open operator override private protocol public repeat rethrows return self Self set some static struct subscript super switch throw throws true try typealias unowned var weak where while";
const RUBY: &str = "alias and attr_accessor attr_reader begin break case class def defined do else elsif end ensure extend false for if in include lambda module next nil not or private proc protected puts raise redo require rescue retry return self super then true undef unless until when while yield";
const PHP: &str = "abstract and array as bool break callable case catch class clone const continue declare default do echo else elseif empty enum extends false final finally float fn for foreach function global goto if implements include instanceof insteadof int interface isset list match namespace new null or print private protected public readonly require require_once return self static string switch this throw trait true try unset use var void while yield";
const SHELL: &str = "alias break case cd continue declare do done echo elif else esac eval exec exit export fi for function if in local printf read readonly return select set shift source sudo test then trap unset until while";
const SQL: &str = "add all alter and as asc begin between bigint blob boolean by case check column commit constraint create cross database default delete desc distinct drop else end exists false foreign from full group having if in index inner insert int integer into is join key left like limit not null offset on or order outer primary references returning right rollback select set table text then timestamp transaction true union unique update using values varchar view when where with";
const LUA: &str = "and break do else elseif end false for function goto if in local nil not or repeat return self then true until while";
const HASKELL: &str = "case class data default deriving do else family forall foreign if import in infix infixl infixr instance let module newtype of qualified then type where";
const DATA: &str = "true false null yes no on off";
const CSS: &str = "important media supports import keyframes font-face layer container property from to and not only auto none inherit initial unset";

/// How a language is read, by one of its names.
pub(super) fn find(name: &str) -> Option<Shape> {
    let c = |keywords| Language { keywords, ..C };
    let script = |keywords| Language { keywords, ..SCRIPT };
    let language = match name.to_ascii_lowercase().as_str() {
        "rust" | "rs" => Language {
            // A lifetime is no text.
            quotes: "\"",
            ..c(RUST)
        },
        "js" | "javascript" | "jsx" | "ts" | "typescript" | "tsx" | "mjs" => Language {
            quotes: "\"'`",
            ..c(JAVASCRIPT)
        },
        "py" | "python" => Language {
            has_types: true,
            ..script(PYTHON)
        },
        "c" | "h" | "cpp" | "c++" | "cc" | "hpp" | "objc" | "zig" | "glsl" => c(C_WORDS),
        "java" | "kotlin" | "kt" | "cs" | "c#" | "csharp" | "scala" | "dart" => c(JAVA),
        "go" | "golang" => Language {
            quotes: "\"'`",
            ..c(GO)
        },
        "swift" => c(SWIFT),
        "rb" | "ruby" | "elixir" | "ex" => Language {
            has_types: true,
            ..script(RUBY)
        },
        "php" => Language {
            line_comments: &["//", "#"],
            ..c(PHP)
        },
        "sh" | "bash" | "shell" | "zsh" | "fish" | "console" | "make" | "makefile"
        | "dockerfile" | "docker" => script(SHELL),
        "sql" | "sqlite" | "postgres" | "mysql" => Language {
            line_comments: &["--"],
            ignores_case: true,
            has_types: false,
            ..c(SQL)
        },
        "lua" => Language {
            line_comments: &["--"],
            block_comment: Some(("--[[", "]]")),
            has_types: false,
            ..c(LUA)
        },
        "hs" | "haskell" | "elm" => Language {
            line_comments: &["--"],
            block_comment: Some(("{-", "-}")),
            quotes: "\"",
            ..c(HASKELL)
        },
        "json" | "json5" | "jsonc" => Language {
            quotes: "\"",
            has_types: false,
            ..c(DATA)
        },
        "yaml" | "yml" | "toml" | "ini" | "conf" | "nginx" | "properties" => Language {
            has_keys: true,
            ..script(DATA)
        },
        "css" | "scss" | "less" => Language {
            line_comments: &[],
            has_keys: true,
            has_types: false,
            ..c(CSS)
        },
        "html" | "xml" | "svg" | "vue" => return Some(Shape::Tags),
        "diff" | "patch" => return Some(Shape::Difference),
        _ => return None,
    };
    Some(Shape::Words(language))
}
