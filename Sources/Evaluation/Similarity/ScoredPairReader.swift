import Interchange

/// Reads scored pairs line by line, as benchmarks of semantic textual similarity are published.
///
/// Empty lines are skipped. Quotation marks mean nothing in tab-separated files: KorSTS and STS-B have unpaired ones.
public struct ScoredPairReader {
  public enum Layout: String, Sendable, CaseIterable {
    /// Tab-separated; the first line names the columns, among them score, sentence1 and sentence2 (KorSTS, GLUE).
    case korsts
    /// Tab-separated without a header; score and sentences are the columns 5, 6 and 7 (STS-B).
    case stsb
    /// A JSON object a line, with the keys score, sentence1 and sentence2.
    case jsonl
  }

  /// Fewer have no correlation worth the name.
  public static let minimumPairs = 3

  /// As asked for, or as found in the first line.
  public private(set) var layout: Layout?
  private var columns: ScoredPairColumns?
  private var pairs: [ScoredPair] = []
  private var lines = 0

  /// - Parameter layout: nil to tell it from the first line.
  public init(layout: Layout? = nil) {
    self.layout = layout
  }

  /// Takes the next line as `LineReader` gives it: without its end, nor a byte order mark.
  public mutating func add(_ line: [UInt8]) throws(ScoredPairError) {
    lines += 1
    if line.isEmpty { return }
    if let offset = line.withUnsafeBytes({ UTF8Validation.firstError(in: $0) }) {
      throw failure("not UTF-8 (byte \(offset + 1) of the line)")
    }
    let layout = layout ?? Self.detect(line[...])
    self.layout = layout
    do throws(ScoredPairError.Reason) {
      switch layout {
      case .jsonl: pairs.append(try ScoredPair(json: line))
      case .stsb: pairs.append(try ScoredPairColumns.stsBenchmark.pair(in: line[...]))
      case .korsts:
        if let columns {
          pairs.append(try columns.pair(in: line[...]))
        } else {
          columns = try ScoredPairColumns(header: line[...])
        }
      }
    } catch {
      throw failure(error.message)
    }
  }

  /// All pairs, once the last line was taken.
  public func finish() throws(ScoredPairError) -> [ScoredPair] {
    guard let first = pairs.first else { throw ScoredPairError(message: "no pairs of sentences") }
    if pairs.count < Self.minimumPairs {
      throw ScoredPairError(
        message:
          "\(pairs.count) pair\(pairs.count == 1 ? "" : "s"); a correlation needs \(Self.minimumPairs) or more"
      )
    }
    if pairs.allSatisfy({ $0.score == first.score }) {
      throw ScoredPairError(message: "every score is \(first.score): nothing can correlate with them")
    }
    return pairs
  }

  private func failure(_ message: String) -> ScoredPairError {
    ScoredPairError(line: lines, message: message)
  }

  private static func detect(_ line: ArraySlice<UInt8>) -> Layout {
    if line.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{") { return .jsonl }
    return (try? ScoredPairColumns.stsBenchmark.pair(in: line)) == nil ? .korsts : .stsb
  }
}

extension ScoredPairError {
  /// What is wrong with a line, whichever it is.
  struct Reason: Error {
    var message: String

    init(_ message: String) { self.message = message }
  }
}

extension ScoredPair {
  /// A line of the layout `jsonl`.
  init(json line: [UInt8]) throws(ScoredPairError.Reason) {
    let json: JSON
    do { json = try JSON(parsing: line) } catch { throw .init("not JSON: \(error)") }
    guard case .object = json else { throw .init("not a JSON object") }
    func sentence(_ name: StaticString) throws(ScoredPairError.Reason) -> [UInt8] {
      guard case .string(let text) = json[name] else { throw .init("\"\(name)\" is missing or not a string") }
      return text
    }
    guard let score = json["score"]?.doubleValue else { throw .init("\"score\" is missing or not a number") }
    self.init(first: try sentence("sentence1"), second: try sentence("sentence2"), score: score)
  }
}
