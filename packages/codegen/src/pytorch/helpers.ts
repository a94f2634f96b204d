/** Classes that PyTorch lacks, written into the emitted files that use them. */

type Rank = 1 | 2 | 3;

export type HelperName =
  | `PaddedConv${Rank}d` | `SameConv${Rank}d` | `CroppedConvTranspose${Rank}d` | `FrozenBatchNorm${Rank}d` | `PaddedMaxPool${Rank}d` | `PaddedAvgPool${Rank}d`
  | "FreelyNamed" | "SeparableConv" | "PointwiseLinear" | "ChannelLayerNorm" | "DropPath" | "ChannelShuffle";

/** Whose forward pass calls functions of `torch.nn.functional`. */
export const usesFunctional = (text: string): boolean => /\bF\.\w/.test(text);

const paddedConv = (name: string) => `class Padded${name}(nn.${name}):
    """A convolution with a border of its own on each side: before and after, the last axis first."""

    def __init__(self, *args, border, border_mode="constant", **options):
        super().__init__(*args, **options)
        self.border = border
        self.border_mode = border_mode

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(F.pad(x, self.border, self.border_mode))
`;

const sameConv = (name: string) => `class Same${name}(nn.${name}):
    """A convolution whose output has one position for each step of the stride, whatever the size of its input."""

    def __init__(self, *args, border_mode="constant", **options):
        super().__init__(*args, **options)
        self.border_mode = border_mode

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        border = []
        for n, kernel, stride, dilation in zip(x.shape[2:], self.kernel_size, self.stride, self.dilation):
            total = max(0, (-(-n // stride) - 1) * stride + dilation * (kernel - 1) + 1 - n)
            border = [total // 2, total - total // 2] + border
        return super().forward(F.pad(x, border, self.border_mode))
`;

const croppedConvTranspose = (name: string) => `class Cropped${name}(nn.${name}):
    """A transposed convolution that loses another number of positions on each side."""

    def __init__(self, *args, crop, **options):
        super().__init__(*args, **options)
        self.crop = crop

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.pad(super().forward(x), [-n for n in self.crop])
`;

const frozenBatchNorm = (name: string) => `class Frozen${name}(nn.${name}):
    """Batch norm on its stored statistics, whatever the mode."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.training = False

    def train(self, mode: bool = True):
        return super().train(False)
`;

const paddedMaxPool = (name: string) => `class Padded${name}(nn.${name}):
    """A maximum with a border of its own on each side, which never is the maximum."""

    def __init__(self, *args, border, **options):
        super().__init__(*args, **options)
        self.border = border

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(F.pad(x, self.border, value=float("-inf")))
`;

const paddedAvgPool = (name: string) => `class Padded${name}(nn.${name}):
    """A mean with a border of its own on each side, of which the part \`counted\` counts as zeros."""

    def __init__(self, *args, border, counted, **options):
        super().__init__(*args, **options)
        self.border = border
        self.counted = counted

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        ones = F.pad(torch.ones_like(x[:1, :1]), self.counted, value=1.0)
        rest = [all - counted for all, counted in zip(self.border, self.counted)]
        return super().forward(F.pad(x, self.border)) / super().forward(F.pad(ones, rest))
`;

const freelyNamed = `class FreelyNamed(nn.Module):
    """A module of which a part may be called \`training\`, as PyTorch calls a flag of its own."""

    def __setattr__(self, name: str, value):
        if name == "training":
            object.__setattr__(self, name, value)
        else:
            super().__setattr__(name, value)
`;

const separableConv = `class SeparableConv(nn.Module):
    """A convolution of every channel on its own, then one that mixes the channels of each position."""

    def __init__(self, depthwise: nn.Module, pointwise: nn.Module):
        super().__init__()
        self.depthwise = depthwise
        self.pointwise = pointwise

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.pointwise(self.depthwise(x))
`;

const pointwiseLinear = `class PointwiseLinear(nn.Linear):
    """One dense layer at every position of a map."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
`;

const channelLayerNorm = `class ChannelLayerNorm(nn.LayerNorm):
    """Layer norm over the channels of each position of a map."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)
`;

const dropPath = `class DropPath(nn.Module):
    """Drops whole samples with probability p in training, and scales the others by 1 / (1 - p)."""

    def __init__(self, p: float):
        super().__init__()
        self.p = p

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training or self.p == 0:
            return x
        keep = 1 - self.p
        return x * x.new_empty([len(x)] + [1] * (x.dim() - 1)).bernoulli_(keep).div_(keep)
`;

const channelShuffle = `class ChannelShuffle(nn.Module):
    """Channel g * n + i of G groups of n becomes i * G + g."""

    def __init__(self, groups: int):
        super().__init__()
        self.groups = groups

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(1, (self.groups, -1)).transpose(1, 2).flatten(1, 2)
`;

export const helpers: { readonly [N in HelperName]: string } = {
  PaddedConv1d: paddedConv("Conv1d"),
  PaddedConv2d: paddedConv("Conv2d"),
  PaddedConv3d: paddedConv("Conv3d"),
  SameConv1d: sameConv("Conv1d"),
  SameConv2d: sameConv("Conv2d"),
  SameConv3d: sameConv("Conv3d"),
  CroppedConvTranspose1d: croppedConvTranspose("ConvTranspose1d"),
  CroppedConvTranspose2d: croppedConvTranspose("ConvTranspose2d"),
  CroppedConvTranspose3d: croppedConvTranspose("ConvTranspose3d"),
  FrozenBatchNorm1d: frozenBatchNorm("BatchNorm1d"),
  FrozenBatchNorm2d: frozenBatchNorm("BatchNorm2d"),
  FrozenBatchNorm3d: frozenBatchNorm("BatchNorm3d"),
  PaddedMaxPool1d: paddedMaxPool("MaxPool1d"),
  PaddedMaxPool2d: paddedMaxPool("MaxPool2d"),
  PaddedMaxPool3d: paddedMaxPool("MaxPool3d"),
  PaddedAvgPool1d: paddedAvgPool("AvgPool1d"),
  PaddedAvgPool2d: paddedAvgPool("AvgPool2d"),
  PaddedAvgPool3d: paddedAvgPool("AvgPool3d"),
  FreelyNamed: freelyNamed,
  SeparableConv: separableConv,
  PointwiseLinear: pointwiseLinear,
  ChannelLayerNorm: channelLayerNorm,
  DropPath: dropPath,
  ChannelShuffle: channelShuffle,
};
