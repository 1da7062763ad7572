import Kernels

/// The row-local steps of a layer. Attention, the only step that looks across rows, lies between `queryKeyValue`
/// and `quantizeContext`.
enum LayerStep {
  case quantizeHidden, queryKeyValue
  case quantizeContext, attentionOutput, attentionNorm
  case quantizeNormed, intermediate, quantizeIntermediate, output, outputNorm
  /// `intermediate` and `quantizeIntermediate`, some groups of channels after the others.
  case quantizedIntermediate

  static let beforeAttention: [LayerStep] = [.quantizeHidden, .queryKeyValue]
  static let afterAttention: [LayerStep] = [
    .quantizeContext, .attentionOutput, .attentionNorm,
    .quantizeNormed, .quantizedIntermediate, .output, .outputNorm,
  ]
  /// The same where the output channels of each product are shared between threads.
  static let afterAttentionByChannels: [LayerStep] = [
    .quantizeContext, .attentionOutput, .attentionNorm,
    .quantizeNormed, .intermediate, .quantizeIntermediate, .output, .outputNorm,
  ]

  /// The product whose output channels can be shared between threads; nil for a step of whole rows.
  func product(of layer: EncoderLayer) -> Int8Matrix? {
    switch self {
    case .queryKeyValue: layer.attentionQKV.matrix
    case .attentionOutput: layer.attentionOutput.matrix
    case .intermediate: layer.intermediate.matrix
    case .output: layer.output.matrix
    default: nil
    }
  }
}
