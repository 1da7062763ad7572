/// Token sequences laid end to end with no padding between them.
///
///     tokens   [CLS] a b [SEP] [CLS] c [SEP] …
///     starts   0               4             7
public struct PackedBatch: Sendable {
  public private(set) var tokens: [UInt32] = []
  /// First token of each sequence, and the end of the last one.
  public private(set) var starts: [Int] = [0]

  public init() {}

  public var sequences: Int { starts.count - 1 }
  public var isEmpty: Bool { starts.count == 1 }

  /// Tokens of sequence `index`, as a range into `tokens`.
  public func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

  public mutating func append(_ sequence: some Collection<UInt32>) {
    tokens.append(contentsOf: sequence)
    starts.append(tokens.count)
  }

  /// Removes the last sequence, if there is one.
  public mutating func removeLast() {
    guard !isEmpty else { return }
    starts.removeLast()
    tokens.removeSubrange(starts[starts.count - 1]...)
  }

  /// Empties the batch and keeps its memory.
  public mutating func removeAll() {
    tokens.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    starts.append(0)
  }
}
