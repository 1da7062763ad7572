/// The fp32 activations that go into a matrix of a layer, for whoever calibrates or inspects.
public struct MatrixInput {
  public enum Matrix: Sendable, CaseIterable {
    /// Hidden states, into query, key and value.
    case attentionQueryKeyValue
    /// Concatenated heads.
    case attentionOutput
    /// Hidden states after attention.
    case intermediate
    /// After GELU.
    case output
  }

  public var matrix: Matrix
  /// rows x stride; zeros beyond `channels`. Valid during the call only.
  public var values: UnsafePointer<Float>
  public var stride: Int
  /// Tokens; a layer may hand its tokens over in several pieces, in order.
  public var rows: Int
  public var channels: Int
}

extension MatrixInput.Matrix {
  /// As the sections of a model file are called.
  public var name: String {
    switch self {
    case .attentionQueryKeyValue: "attention.qkv"
    case .attentionOutput: "attention.output"
    case .intermediate: "intermediate"
    case .output: "output"
    }
  }
}
