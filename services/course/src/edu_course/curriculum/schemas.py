"""Request and response bodies of a curriculum."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from edu_common.types import Body, Patch, Whole, line, text_block
from edu_course.courses.schemas import ABSENT, CourseRead, Flag
from edu_course.curriculum.videos import embed_url

MAX_MODULES = 200
MAX_LESSONS = 1000

if TYPE_CHECKING:  # types made by a call have no static counterpart
    Title = str
    Content = str
else:
    Title = line(200)
    Content = text_block(200_000)

Order = Annotated[
    int, Field(ge=0, le=1_000_000, strict=True, description="Counted from 1; past the last one means last"), Whole
]
Minutes = Annotated[int, Field(ge=0, le=10_000, strict=True), Whole]
VideoUrl = Annotated[
    str,
    Field(max_length=2000, description="A YouTube or Vimeo page; answered in the form that pages embed"),
    AfterValidator(embed_url),
]


class ModuleCreate(Body):
    title: Title
    order: Order | None = None


class ModuleUpdate(Patch):
    title: Title = ABSENT
    order: Order = ABSENT


class LessonCreate(Body):
    title: Title
    content: Content = Field(description="Markdown, kept as written")
    video_url: VideoUrl | None = None
    duration_minutes: Minutes = 0
    order: Order | None = None
    is_preview: Flag = False


class LessonUpdate(Patch):
    title: Title = ABSENT
    content: Content = ABSENT
    video_url: VideoUrl | None = ABSENT
    duration_minutes: Minutes = ABSENT
    order: Order = ABSENT
    is_preview: Flag = ABSENT


class ModuleOrder(Body):
    id: UUID
    lessons: list[UUID] = Field(max_length=MAX_LESSONS)


class CurriculumOrder(Body):
    modules: list[ModuleOrder] = Field(max_length=MAX_MODULES)


class ModuleRead(BaseModel):
    id: UUID
    course_id: UUID
    title: str
    order: int
    version: int = Field(description="What the ETag says, for If-Match")


class LessonHead(BaseModel):
    """A lesson without its body."""

    id: UUID
    module_id: UUID
    title: str
    duration_minutes: int
    order: int
    is_preview: bool
    has_video: bool
    has_text: bool
    version: int


class ModuleOutline(ModuleRead):
    lessons: list[LessonHead]


class CurriculumRead(BaseModel):
    course: CourseRead
    modules: list[ModuleOutline]
    total_lessons: int


class LessonRead(BaseModel):
    id: UUID
    module_id: UUID
    course_id: UUID
    title: str
    content: str
    video_url: str | None
    duration_minutes: int
    order: int
    is_preview: bool
    previous_id: UUID | None
    next_id: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime
