import KoQuant

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
  var residency: Residency?
  var maximumMemory: Int?

  static let usage = """
    usage: koquant-embed [OPTION …] FILE.koq < TEXTS

    Reads texts from standard input, one per line, and writes a line of JSON for each:
    {"index":0,"text":"…","tokens":7,"truncated":false,"embedding":[…]}

      --threads N        threads that compute (default: all that this process may use)
      --batch-tokens N   tokens that are encoded together (default: 1024, or what a ceiling allows)
      --max-memory SIZE  ceiling for the process, such as 48MiB; auto is what the container allows or the
                         machine has left. What cannot be kept is refused before anything is loaded.
      --residency WHERE  the weights are mapped (in place in a stored file), resident, or streamed from the file
                         (default: mapped for stored files, else resident, or what a ceiling allows)
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
        threads = try Self.number(after: "--threads", most: ThreadPool.maximumThreads, in: &arguments)
      } else if word.isText("--batch-tokens") {
        batchTokens = try Self.number(
          after: "--batch-tokens", most: EmbeddingSession.Options.maximumBatchTokens, in: &arguments)
      } else if word.isText("--max-memory") {
        maximumMemory = try Self.memory(after: "--max-memory", in: &arguments)
      } else if word.isText("--residency") {
        residency = try Self.residency(after: "--residency", in: &arguments)
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

  private static func memory(after option: String, in arguments: inout Arguments) throws(UsageError) -> Int {
    let word = arguments.take() ?? []
    if word.isText("auto") {
      if let available = SystemCalls.live.availableMemory() { return available }
      throw UsageError(message: option + ": the system does not tell how much memory there is; give a size")
    }
    guard let bytes = ByteCount.parse(word) else {
      throw UsageError(message: option + " takes a size, such as 48MiB or 1GiB, or auto")
    }
    return bytes
  }

  private static func residency(
    after option: String, in arguments: inout Arguments
  ) throws(UsageError) -> Residency {
    let word = arguments.take() ?? []
    for residency in Residency.allCases where word.isText(residency.name) { return residency }
    throw UsageError(message: option + " takes mapped, resident or streamed")
  }

  /// A number from 1 to `most`.
  private static func number(
    after option: String, most: Int, in arguments: inout Arguments
  ) throws(UsageError) -> Int {
    var value = 0
    let word = arguments.take() ?? []
    for byte in word {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), value <= most / 10 else {
        value = 0
        break
      }
      value = 10 * value + Int(byte - UInt8(ascii: "0"))
    }
    guard (1...most).contains(value) else {
      throw UsageError(message: option + " takes a number from 1 to \(most)")
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
