import Evaluation
import Interchange

/// The drift of a model, in the forms in which it is told: a table, JSON, a page.
struct DriftReport {
  /// The model file.
  let file: String
  /// What the fp32 vectors come from, in words.
  let reference: String
  /// UTF-8.
  let texts: [[UInt8]]
  /// Tokens of each text, special tokens included.
  let tokens: [Int]
  let drift: Drift
  /// Per layer, the embeddings first; empty when only vectors were compared.
  let layers: [LayerDrift]
  /// In the order of computation; empty when only vectors were compared.
  let matrices: [MatrixDrift]

  /// Shortest first.
  var lengths: [LengthDrift] { LengthDrift.ranges(drift.texts.map(\.cosine), tokens: tokens) }

  func matrices(of layer: Int) -> [MatrixDrift] { matrices.filter { $0.layer == layer } }

  /// A text for people: its beginning, on one line, without what a terminal or a page would obey.
  func excerpt(_ index: Int, bytes: Int = 200) -> String {
    let text = String(decoding: texts[index].prefix(bytes), as: UTF8.self)
    return printable(text) + (texts[index].count > bytes ? " …" : "")
  }
}
