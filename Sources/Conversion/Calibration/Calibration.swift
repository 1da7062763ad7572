import Crypto
import KoQuant

/// The sentences on which a converter observes activations.
public struct Calibration: Sendable, Equatable {
  /// UTF-8, not empty.
  let sentences: [[UInt8]]
  /// Where they come from, for provenance: a file's last name, or "built-in".
  public let source: String
  public var count: Int { sentences.count }

  /// Written for this project: Korean and English.
  public static var builtIn: Calibration {
    Calibration(sentences: CalibrationSentences.all.map { Array($0.utf8) }, source: "built-in")
  }

  private init(sentences: [[UInt8]], source: String) {
    self.sentences = sentences
    self.source = source
  }

  /// More lines are refused: far fewer tell all that a calibration can use.
  static let maximumLines = 1_000_000

  /// Reads a text file, a sentence a line; empty lines do not count.
  ///
  /// - Throws: `CalibrationError`, or `SystemError` when the file cannot be read.
  public init(path: String, calls: SystemCalls = .live) throws {
    let file = try FileReader(path: path, calls: calls)
    func failure(_ reason: CalibrationError.Reason) -> CalibrationError {
      CalibrationError(path: path, reason: reason)
    }
    var sentences: [[UInt8]] = []
    var lines = LineReader<SystemError>(file)
    var line: [UInt8] = []
    var number = 0
    do {
      while try lines.next(appendingTo: &line) {
        number += 1
        guard number <= Self.maximumLines else { throw failure(.tooManyLines(limit: Self.maximumLines)) }
        guard line.withUnsafeBytes({ $0.isUTF8 }) else { throw failure(.notUTF8(line: number)) }
        if !line.isEmpty { sentences.append(line) }
        line.removeAll(keepingCapacity: true)
      }
    } catch LineReader<SystemError>.ReadError.source(let error) {
      throw error
    } catch LineReader<SystemError>.ReadError.lineTooLong(let line, let limit) {
      throw failure(.lineTooLong(line: line, limit: limit))
    }
    guard let first = sentences.first else { throw failure(.empty) }
    if sentences.count == 1 { throw failure(.single(line: number)) }
    if sentences.allSatisfy({ $0 == first }) { throw failure(.identical(lines: sentences.count)) }
    self.init(sentences: sentences, source: String(path.split(separator: "/").last ?? "file"))
  }

  /// SHA-256 over the sentences, each followed by a line feed, in hexadecimal digits.
  public var sha256: String {
    var hash = SHA256()
    for sentence in sentences {
      hash.update(data: sentence)
      hash.update(data: [UInt8(ascii: "\n")])
    }
    return hash.finalize().hexadecimal
  }
}

extension LineReader where Failure == SystemError {
  /// Lines of a file, each at most 1 MiB: far more than any model reads.
  fileprivate init(_ file: FileReader) {
    var offset = 0
    self.init(limit: 1 << 20) { buffer throws(SystemError) in
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(file.size - offset))
      try file.read(into: part, at: offset)
      offset += part.count
      return part.count
    }
  }
}
