import Conversion
import Foundation
import KoQuant
import Testing

/// What happens to an opened model when somebody touches its file: an error or the old vectors.
@Suite struct ChangedFileTests {
  private static let batch: PackedBatch = {
    var batch = PackedBatch()
    batch.append([0, 5, 31, 33, 1, 2])
    return batch
  }()

  private let tiny: TinyModel

  init() throws { tiny = try TinyModel("tiny-roberta", .stored) }

  private func copy() throws -> String { try tiny.folder.write(tiny.bytes(), "used.koq") }

  @Test(arguments: Residency.allCases) func writingIntoTheFileIsAnError(residency: Residency) throws {
    let path = try copy()
    let model = try EmbeddingModel(path: path, options: .init(residency: residency))
    var session = try EmbeddingSession(model)
    _ = try session.embedBits(Self.batch, dimension: 36)
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try handle.seek(toOffset: 5000)
    try handle.write(contentsOf: Data([1, 2, 3]))
    try handle.close()
    do {
      _ = try session.embedBits(Self.batch, dimension: 36)
      Issue.record("embedded")
    } catch let error as EmbeddingError {
      #expect(error.message.contains(path) && error.message.contains("changed while it was in use"))
    }
  }

  @Test(arguments: Residency.allCases) func shorteningTheFileIsAnError(residency: Residency) throws {
    let path = try copy()
    let model = try EmbeddingModel(path: path, options: .init(residency: residency))
    var session = try EmbeddingSession(model)
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    try handle.truncate(atOffset: 6000)
    try handle.close()
    #expect(throws: EmbeddingError.self) { try session.embedBits(Self.batch, dimension: 36) }
  }

  @Test(arguments: Residency.allCases) func aReplacedFileGivesTheOldVectors(residency: Residency) throws {
    let path = try copy()
    let model = try EmbeddingModel(path: path, options: .init(residency: residency))
    var session = try EmbeddingSession(model)
    let expected = try session.embedBits(Self.batch, dimension: 36)
    let other = try tiny.folder.write(try TinyModel("tiny-bert", .stored).bytes(), "other.koq")
    #expect(rename(other, path) == 0)
    #expect(try session.embedBits(Self.batch, dimension: 36) == expected)
  }
}
