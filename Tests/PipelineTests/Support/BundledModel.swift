import Foundation
import KoQuant

/// The Korean model that ships with the project.
enum BundledModel {
  static let name = "koquant-korean-small"
  static let folder = "\(root)/Models/\(name)"
  static let path = "\(folder)/\(name).koq"

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../..").standardizedFileURL.path

  /// The sentences that `Tools/search` searches.
  static func documents() throws -> [String] {
    try String(contentsOfFile: "\(root)/Tools/documents.txt", encoding: .utf8).split(separator: "\n").map(
      String.init)
  }

  static func open(kernels: String? = nil) throws -> EmbeddingModel {
    try EmbeddingModel(path: path, instructionSet: kernels.map { Array($0.utf8) })
  }
}
