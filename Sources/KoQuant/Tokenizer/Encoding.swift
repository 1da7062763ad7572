/// The tokens of one text, and the buffers that made them: reuse one value for many texts.
public struct Encoding: Sendable {
  /// Token ids, the classifier and separator tokens included.
  public internal(set) var ids: [UInt32] = []
  /// Tokens that the text has without truncation, special tokens included.
  public internal(set) var tokenCount = 0
  /// False where reading stopped far beyond the limit: the text then has `tokenCount` tokens or more.
  public internal(set) var isTokenCountExact = true
  /// Whether bytes that are not valid UTF-8 were read as U+FFFD, in the part of the text that was read.
  public internal(set) var replacedInvalidBytes = false

  /// Working memory; its size depends on the tokenizer alone.
  var scratch: [UInt64] = []

  public init() {}

  /// Whether the text had more tokens than `ids` holds.
  public var truncated: Bool { tokenCount > ids.count }

  mutating func prepare(scratchBytes: Int) {
    ids.removeAll(keepingCapacity: true)
    tokenCount = 0
    isTokenCountExact = true
    replacedInvalidBytes = false
    let words = (scratchBytes + 7) / 8
    if scratch.count < words { scratch = Array(repeating: 0, count: words) }
  }
}

/// Collects token ids up to a limit and counts those beyond it.
struct TokenSink {
  var ids: [UInt32] = []
  private(set) var count = 0
  private let limit: Int
  private let countLimit: Int

  /// How far beyond the limit tokens are still counted.
  static let countedExcess = 65_536

  init(limit: Int) {
    self.limit = limit
    let (sum, overflow) = limit.addingReportingOverflow(Self.countedExcess)
    countLimit = overflow ? Int.max : sum
  }

  /// Whether no further token can change anything but the count.
  @inline(__always)
  var isDone: Bool { count >= countLimit }

  @inline(__always)
  mutating func emit(_ id: UInt32) {
    if count < limit { ids.append(id) }
    count += 1
  }
}
