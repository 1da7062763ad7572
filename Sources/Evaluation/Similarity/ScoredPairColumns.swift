import Interchange

/// Where the columns of a tab-separated file of scored pairs are.
struct ScoredPairColumns {
  private var score: Int
  private var first: Int
  private var second: Int
  /// Columns of a line; nil where some lines have more than they need.
  private var count: Int?

  /// STS-B without a header: genre, filename, year, id, score, sentence1, sentence2, and sometimes sources.
  static let stsBenchmark = ScoredPairColumns(score: 4, first: 5, second: 6, count: nil)

  private init(score: Int, first: Int, second: Int, count: Int?) {
    self.score = score
    self.first = first
    self.second = second
    self.count = count
  }

  /// Finds the columns by the names in a header.
  init(header: ArraySlice<UInt8>) throws(ScoredPairError.Reason) {
    let names = Self.fields(of: header)
    func index(_ name: String) throws(ScoredPairError.Reason) -> Int {
      guard let index = names.firstIndex(where: { $0.elementsEqual(name.utf8) }) else {
        throw .init(
          "no column \"\(name)\"; the first line must name the tab-separated columns score, sentence1 and sentence2, "
            + "or be a line of STS-B, or a JSON object")
      }
      return index
    }
    self.init(
      score: try index("score"), first: try index("sentence1"), second: try index("sentence2"),
      count: names.count)
  }

  func pair(in line: ArraySlice<UInt8>) throws(ScoredPairError.Reason) -> ScoredPair {
    let fields = Self.fields(of: line)
    let needed = max(score, first, second) + 1
    if let count, fields.count > count { throw .init("\(fields.count) columns instead of \(count)") }
    if fields.count < needed { throw .init("\(fields.count) columns instead of \(count ?? needed)") }
    return ScoredPair(
      first: Array(fields[first]), second: Array(fields[second]), score: try Self.number(fields[score]))
  }

  private static func fields(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
  }

  /// A finite decimal number: Swift would also read "inf" and "0x1p3".
  private static func number(_ field: ArraySlice<UInt8>) throws(ScoredPairError.Reason) -> Double {
    let text = String(decoding: field, as: UTF8.self)
    if text.isEmpty { throw .init("the score is missing") }
    let isDecimal = field.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    guard isDecimal, let value = Double(text), value.isFinite else {
      throw .init("the score \(quoted(String(text.prefix(40)))) is not a number")
    }
    return value
  }
}
