/// What the command line asks for.
struct EmbedOptions {
  enum Request {
    case embed(path: String)
    case help
  }

  /// A command line that makes no sense: what is wrong with it.
  struct UsageError: Error {
    var message: String
  }

  var request: Request
  var threads: Int?
  var batchTokens: Int?
  var normalize = false

  static let usage = """
    usage: koquant-embed [--threads N] [--batch-tokens N] [--normalize] FILE.koq < TEXTS

    Reads texts from standard input, one per line, and writes a line of JSON for each:
    {"index":0,"text":"…","tokens":7,"truncated":false,"embedding":[…]}

      --threads N        threads that compute (default: all that this process may use)
      --batch-tokens N   tokens that are encoded together (default: 1024)
      --normalize        scale vectors to length 1

    KOQUANT_ISA chooses the instruction set. Exit codes: 0; 64 wrong usage; 65 bad data; 66 missing file;
    74 input or output failed.

    """

  init(_ arguments: consuming Arguments) throws(UsageError) {
    var path: String?
    request = .help
    while let word = arguments.take() {
      if word.isText("--help") || word.isText("-h") { return }
      if word.isText("--threads") {
        threads = try Self.number(after: "--threads", in: &arguments)
      } else if word.isText("--batch-tokens") {
        batchTokens = try Self.number(after: "--batch-tokens", in: &arguments)
      } else if word.isText("--normalize") {
        normalize = true
      } else if word.first == UInt8(ascii: "-") {
        throw UsageError(message: "unknown option " + String(decoding: word, as: UTF8.self))
      } else if path == nil {
        path = String(decoding: word, as: UTF8.self)
      } else {
        throw UsageError(message: "more than one file")
      }
    }
    guard let path else { throw UsageError(message: "which file? koquant-embed FILE.koq < TEXTS") }
    request = .embed(path: path)
  }

  /// A number from 1 to 1,000,000.
  private static func number(after option: String, in arguments: inout Arguments) throws(UsageError) -> Int {
    var value = 0
    let word = arguments.take() ?? []
    for byte in word {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), value <= 100_000 else {
        value = 0
        break
      }
      value = 10 * value + Int(byte - UInt8(ascii: "0"))
    }
    guard (1...1_000_000).contains(value) else {
      throw UsageError(message: option + " takes a number from 1 to 1000000")
    }
    return value
  }
}

extension [UInt8] {
  /// Whether these are the bytes of `text`.
  fileprivate func isText(_ text: StaticString) -> Bool {
    elementsEqual(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }
}
