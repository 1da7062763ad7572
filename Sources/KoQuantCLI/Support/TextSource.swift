import KoQuant

/// Texts from the command line, or else lines of standard input, of a file or of a pipe.
struct TextSource: ~Copyable {
  private var arguments: ArraySlice<String>
  private var lines: LineReader<SystemError>?
  let name: String
  /// Texts given out so far.
  private(set) var count = 0

  /// - Parameter lineLimit: bytes of the longest line.
  init(arguments: [String], lineLimit: Int = LineReader<SystemError>.defaultLimit) {
    self.arguments = arguments[...]
    lines =
      arguments.isEmpty ? LineReader(descriptor: 0, name: "standard input", limit: lineLimit) : nil
    name = arguments.isEmpty ? "standard input" : "the command line"
  }

  /// Lines of the file or pipe at `path`, or of standard input for "-".
  init(path: String) throws(SystemError) {
    arguments = []
    name = path == "-" ? "standard input" : path
    lines = path == "-" ? LineReader(descriptor: 0, name: name) : try LineReader(path: path)
  }

  /// Where the last text came from: "standard input, line 3".
  var place: String { "\(name), \(lines == nil ? "text" : "line") \(count)" }

  /// Replaces `text` by the next one and returns true, or returns false after the last.
  mutating func next(_ text: inout [UInt8]) throws -> Bool {
    text.removeAll(keepingCapacity: true)
    guard lines != nil else {
      guard let argument = arguments.popFirst() else { return false }
      text.append(contentsOf: argument.utf8)
      count += 1
      return true
    }
    do {
      let found = try lines?.next(appendingTo: &text) ?? false
      if found { count += 1 }
      return found
    } catch LineReader<SystemError>.ReadError.source(let error) {
      throw error
    } catch LineReader<SystemError>.ReadError.lineTooLong(let line, let limit) {
      throw Failure(ExitStatus.badData, "\(name): line \(line) is longer than \(limit) bytes; split it")
    }
  }

  /// Whether a text can be had without waiting for input.
  mutating func hasNext() -> Bool {
    lines?.hasLine() ?? !arguments.isEmpty
  }

  /// All texts that are left.
  consuming func rest() throws -> [[UInt8]] {
    var texts: [[UInt8]] = []
    var text: [UInt8] = []
    while try next(&text) { texts.append(text) }
    return texts
  }
}
